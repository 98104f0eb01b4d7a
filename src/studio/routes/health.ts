import { HillockError } from '../../errors.ts';
import type { Health } from '../../explain/index.ts';
import { json } from '../answer.ts';
import { resultOf } from '../command.ts';
import type { Route } from '../route.ts';
import { knownFolder } from '../run-id.ts';

/** How the neurons of a layer fare, in words and numbers. */
export interface LayerState {
  readonly layer: string;
  readonly summary: string;
  /** Neurons of all members, and those that are of no use: dead, saturated, constant. */
  readonly neurons: number;
  readonly idle: number;
}

export interface HealthAnswer {
  readonly rows: number;
  readonly layers: readonly LayerState[];
}

export const healthRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/health',
    about: 'Neurons that are dead, saturated or constant, layer by layer: hillock inspect.',
    async handle({ param, request }, { runs, command, folder }) {
      const run = await knownFolder(runs, param('id'));
      const { health } = await resultOf(command, ['inspect', '--', run], folder, request.signal);
      if (!health) throw new HillockError('data', 'the data of this run are not where they were');
      const { rows, layers } = health as Health;
      const states = layers.map(({ layer, summary, neurons }) => ({
        layer,
        summary,
        neurons: neurons.length,
        idle: neurons.filter(({ state }) => state !== 'ok').length,
      }));
      return json({ rows, layers: states } satisfies HealthAnswer);
    },
  },
];
