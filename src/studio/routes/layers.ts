import { z } from 'zod';
import { encodePng, type Figure } from '../../draw/index.ts';
import { type Answer, answerOf, pixelsAt } from '../../explain/index.ts';
import { traceRow } from '../../job/inspect.ts';
import { answerFigure, layersFigures } from '../../report/index.ts';
import { collect } from '../../serve/body.ts';
import { Refusal } from '../../serve/exchange.ts';
import { json } from '../answer.ts';
import { onPicture, pixelsAsked, pixelsOf } from '../own-picture.ts';
import type { Route } from '../route.ts';

/** One row in every layer of the network. */
export interface LayersAnswer {
  readonly answer: Answer;
  /** How probable each class is; null for numbers. */
  readonly said: Figure | null;
  /** The row as the network takes it, a PNG as a data URL; null of what is no picture. */
  readonly image: string | null;
  readonly layers: readonly Figure[];
}

const mostBytes = 32 * 2 ** 20;
const asked = z.object({ row: z.int().min(1).max(1e9), pixels: pixelsAsked });

export const layerRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/runs/{id}/picture',
    about: 'A file of a picture (PNG, JPEG, WebP, GIF, TIFF) as the pixels that the network takes.',
    async handle({ param, request }, { looks }) {
      const { opened } = await looks.open(param('id'));
      if (!request.body) throw new Refusal(400, 'the file is empty');
      const file = await collect(request.body, mostBytes, () => {
        throw new Refusal(400, 'the file broke off');
      });
      return json({ pixels: await pixelsOf(opened, file) });
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/layers',
    about: 'What every layer makes of a row of its data (row), or of a picture that is given (pixels, with row 1).',
    async handle(call, { looks }) {
      const { opened } = await looks.open(call.param('id'));
      const read = asked.safeParse(await call.json(), { jitless: true });
      if (!read.success) throw new Refusal(400, 'give row, counted from 1, and pixels of 0 to 255 for a picture');
      const { trace, part, index } = await traceRow(onPicture(opened, read.data.pixels), read.data.row);
      const answer = answerOf(trace, 0);
      const image = part.kind === 'images' ? encodePng(pixelsAt(part, index)) : null;
      return json({
        answer,
        said: answerFigure(answer),
        image: image && `data:image/png;base64,${Buffer.from(image).toString('base64')}`,
        layers: layersFigures(trace),
      } satisfies LayersAnswer);
    },
  },
];
