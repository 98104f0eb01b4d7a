import { z } from 'zod';
import type { Figure } from '../../draw/index.ts';
import { explainCell, explainFilter, hasFilters, isRecurrent } from '../../explain/index.ts';
import { traceRow } from '../../job/inspect.ts';
import type { ActivationName } from '../../neuron/index.ts';
import { cellFigures, filterFigures } from '../../report/index.ts';
import { Refusal } from '../../serve/exchange.ts';
import { json } from '../answer.ts';
import { onPicture, pixelsAsked } from '../own-picture.ts';
import type { Route } from '../route.ts';

/** The layers of a run that share their weights over places or over time. */
export interface LensLayers {
  readonly run: string;
  /** What it takes is a picture. */
  readonly pictures: boolean;
  readonly layers: readonly {
    readonly name: string;
    readonly kind: 'filter' | 'cell';
    readonly units: number;
    /** Of filters: places of their maps, along each axis. */
    readonly places: readonly number[];
  }[];
}

export interface LensAnswer {
  readonly figures: readonly Figure[];
  /** The weighted sums: of a filter at the place, of a unit one for each gate at the step. */
  readonly sums: readonly {
    readonly title: string;
    readonly terms: readonly {
      readonly name: string;
      readonly x: number;
      readonly w: number;
      readonly product: number;
    }[];
    readonly bias: number | null;
    readonly z: number;
    readonly activation: ActivationName;
    readonly y: number;
  }[];
  /** Channels that a filter sees; steps of a sequence. */
  readonly channels: number;
  readonly steps: number;
  /** By hand − network, the largest. */
  readonly difference: number;
}

const asked = z.object({
  row: z.int().min(1).max(1e9),
  /** A picture in the place of the data, with row 1. */
  pixels: pixelsAsked,
  layer: z.string(),
  unit: z.int().min(1).max(1e9),
  /** Of a filter: its place along each axis, counted from 1. */
  at: z.array(z.int().min(1)).max(2).optional(),
  channel: z.int().min(1).optional(),
  /** Of a recurrent unit, counted from 1. */
  step: z.int().min(1).optional(),
});

export const lensRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/lens',
    about: 'The layers of a run with filters or recurrent units.',
    async handle(call, { looks }) {
      const { subject } = (await looks.open(call.param('id'))).opened.tracer;
      const layers = subject.layers.filter(layer => hasFilters(layer) || isRecurrent(layer));
      return json({
        run: call.param('id'),
        pictures: subject.spec.input.kind === 'images',
        layers: layers.map(layer => {
          const shape = layer.outputShape as readonly number[];
          return hasFilters(layer)
            ? { name: layer.name, kind: 'filter', units: shape[0]!, places: shape.slice(1) }
            : { name: layer.name, kind: 'cell', units: shape.at(-1)!, places: [] };
        }),
      } satisfies LensLayers);
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/lens',
    about: 'A filter at a place of a row, or a recurrent unit at a step of it, with all its numbers.',
    async handle(call, { looks }) {
      const { opened } = await looks.open(call.param('id'));
      const read = asked.safeParse(await call.json(), { jitless: true });
      if (!read.success) throw new Refusal(400, 'give row, layer and unit, counted from 1');
      const { row, pixels, layer: name, unit, at, channel = 1, step = 1 } = read.data;
      const layer = opened.tracer.subject.layers.find(one => one.name === name);
      if (!layer || !(hasFilters(layer) || isRecurrent(layer)))
        throw new Refusal(400, `${name} has neither filters nor recurrent units`);
      const { trace, index } = await traceRow(onPicture(opened, pixels), row);
      if (hasFilters(layer)) {
        const places = layer.outputShape.slice(1) as readonly number[];
        const found = explainFilter(trace, {
          layer: name,
          filter: unit,
          at: at ?? places.map(size => Math.ceil(size / 2)),
          row: index,
        });
        const own = Math.min(channel, found.channels.length) - 1;
        return json({
          figures: filterFigures(trace, found, own),
          sums: [
            {
              title: `Filter ${unit} of ${name} at ${found.at.join(', ')}`,
              terms: found.terms.map(({ channel, at: place, padding, x, w, product }) => ({
                name: `channel ${channel}, ${padding ? 'padding ' : ''}${place.join(', ')}`,
                x,
                w,
                product,
              })),
              bias: found.bias ?? null,
              z: found.z,
              activation: found.activation ?? 'linear',
              y: found.y,
            },
          ],
          channels: found.channels.length,
          steps: 0,
          difference: Math.max(Math.abs(found.difference.z), Math.abs(found.difference.y)),
        } satisfies LensAnswer);
      }
      const found = explainCell(trace, { layer: name, unit, row: index });
      const here = found.steps.find(one => one.step === Math.min(step, found.steps.length)) ?? found.steps[0]!;
      return json({
        figures: cellFigures(found),
        sums: here.gates.map(({ gate, role, terms, bias, z, activation, y }) => ({
          title: `${role[0]!.toUpperCase()}${role.slice(1)} ${gate} at step ${here.step}`,
          terms,
          bias,
          z,
          activation,
          y,
        })),
        channels: 0,
        steps: found.steps.length,
        difference: found.difference,
      } satisfies LensAnswer);
    },
  },
];
