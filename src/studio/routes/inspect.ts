import { z } from 'zod';
import type { Figure } from '../../draw/index.ts';
import { everyRow, firing, hasNeurons, sampleRows } from '../../explain/index.ts';
import { type InspectedNeuron, type InspectedRow, inspectNeuron, inspectRow } from '../../job/inspect.ts';
import { sampled } from '../../job/open-run.ts';
import { firingFigure, networkFigure } from '../../report/index.ts';
import { Refusal } from '../../serve/exchange.ts';
import { json } from '../answer.ts';
import type { Route } from '../route.ts';

/** The network of a run, and the layers whose neurons can be looked into. */
export interface NetworkAnswer {
  readonly figure: Figure;
  readonly members: number;
  readonly layers: readonly { readonly name: string; readonly neurons: number; readonly activation: string }[];
}

/** One neuron at work on one row. */
export interface InspectAnswer {
  readonly row: Omit<InspectedRow, 'image'>;
  readonly neuron: InspectedNeuron;
}

/** One neuron over many rows. */
export interface FiringAnswer {
  readonly figure: Figure;
  /** The rows that drive it most, as `hillock inspect --row` counts. */
  readonly top: readonly { readonly row: number; readonly z: number; readonly y: number }[];
}

const mostRows = 2000;

const asked = z.object({
  /** As `hillock inspect --row` counts. */
  row: z.int().min(1).max(1e9),
  layer: z.string(),
  neuron: z.int().min(1).max(1e9),
  member: z.int().min(1).max(1e6).optional(),
});

export const inspectRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/network',
    about: 'The picture of a network, and its layers of neurons.',
    async handle(call, { looks }) {
      const { subject } = (await looks.open(call.param('id'))).opened.tracer;
      const layers = subject.layers.filter(hasNeurons).map(({ name, spec }) => {
        return { name, neurons: spec.units, activation: spec.activation };
      });
      return json({ figure: networkFigure(subject), members: subject.members, layers } satisfies NetworkAnswer);
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/firing',
    about: 'How the pre-activation of a neuron lies over rows of its data, and the rows that drive it most.',
    async handle(call, { looks }) {
      const { opened } = await looks.open(call.param('id'));
      const read = asked.omit({ row: true }).safeParse(await call.json(), { jitless: true });
      if (!read.success) throw new Refusal(400, 'give layer and neuron, counted from 1');
      const whole = await opened.data();
      const data = sampled(whole);
      const found = await firing(opened.tracer, data, sampleRows(everyRow(data.rows), mostRows, 1), read.data);
      const first = whole.kind === 'images-split' && data === whole.test ? whole.train.rows + 1 : 1;
      const top = found.top.map(i => ({ row: found.rows[i]! + first, z: found.z[i]!, y: found.y[i]! }));
      return json({ figure: firingFigure(found), top } satisfies FiringAnswer);
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/inspect',
    about: 'The worked calculation of a neuron for a row of its data.',
    async handle(call, { looks }) {
      const { opened } = await looks.open(call.param('id'));
      const read = asked.safeParse(await call.json(), { jitless: true });
      if (!read.success) throw new Refusal(400, 'give row, layer and neuron, counted from 1');
      const { row, layer, neuron, member } = read.data;
      const { image: _, ...told } = await inspectRow(opened, row);
      const found = await inspectNeuron(opened, { row, layer, neuron, member });
      return json({ row: told, neuron: found } satisfies InspectAnswer);
    },
  },
];
