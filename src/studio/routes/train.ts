import { json } from '../answer.ts';
import { given } from '../given.ts';
import type { Call, Route } from '../route.ts';
import { requestSchema, type TrainRequest } from '../trainings.ts';

const asked = async (call: Call): Promise<TrainRequest> => given(requestSchema, await call.json());

export const trainRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/train',
    about: 'Starts a training: a source and the options of hillock train. It goes on when the page is closed.',
    handle: async (call, { trainings }) => json({ id: await trainings.start(await asked(call)) }, 201),
  },
  {
    method: 'POST',
    path: '/api/plan',
    about: 'What a training would be: the data, the network layer by layer, the options.',
    handle: async (call, { trainings }) => json(await trainings.plan(await asked(call), call.request.signal)),
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/stop',
    about: 'Ends a training with a checkpoint.',
    async handle(call, { trainings }) {
      await trainings.stop(call.param('id'));
      return json({ stopping: call.param('id') });
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/resume',
    about: 'Goes on with an interrupted training.',
    async handle(call, { trainings }) {
      await trainings.resume(call.param('id'));
      return json({ id: call.param('id') });
    },
  },
];
