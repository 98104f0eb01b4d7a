/** What a filter or a recurrent unit of a trained network does with one row, as pictures. */
import type { Figure } from '../../draw/index.ts';
import {
  type CellExplanation,
  type FilterExplanation,
  findFilters,
  kernelOf,
  type Trace,
  valuesAt,
} from '../../explain/index.ts';
import { sizeOf } from '../../graph/index.ts';

const side = 300;

/** A plane of numbers: a sequence is a plane of one row. */
function planeFigure(
  id: string,
  title: string,
  says: string,
  values: ArrayLike<number>,
  places: readonly number[],
): Figure {
  const columns = places.at(-1)!;
  return {
    kind: 'heatMap',
    id,
    title,
    says,
    height: places.length === 1 ? 70 : side,
    model: { caption: title, values, rows: values.length / columns, columns, scale: 'signed', square: true },
  };
}

/** What the filter sees in one of its channels, its weights for it, and what it answers at every place. */
export function filterFigures(
  trace: Trace,
  { layer, filter, channels, kernel, at, row }: FilterExplanation,
  channel: number,
): readonly Figure[] {
  const placed = findFilters(trace.subject.layers, layer);
  const traced = trace.layers[trace.subject.layers.indexOf(placed)]!;
  const position = trace.rows.indexOf(row);
  const seen = channels[channel]!;
  const [, ...inside] = placed.inputShape as readonly number[];
  const [, ...places] = placed.outputShape as readonly number[];
  const part = (values: Float32Array, index: number, size: number) =>
    Array.from(values.subarray(index * size, (index + 1) * size));
  const where = at.join(', ');
  return [
    planeFigure(
      'seen',
      `What it sees: channel ${seen}`,
      `Channel ${seen} of what goes into ${layer}.`,
      part(valuesAt(trace, traced.x, position, 0), seen - 1, sizeOf(inside)),
      inside,
    ),
    planeFigure(
      'kernel',
      `Its weights for channel ${seen}`,
      `The kernel of filter ${filter} of ${layer} for channel ${seen}: the same at every place.`,
      part(kernelOf(trace, placed, filter), channel, sizeOf(kernel)),
      kernel,
    ),
    planeFigure(
      'map',
      'What it answers: its map',
      `ŷ of filter ${filter} at every place; the calculation below is that of place ${where}.`,
      part(valuesAt(trace, traced.y, position, 0), filter - 1, sizeOf(places)),
      places,
    ),
  ];
}

/** The output, the memory, the gates and the candidate of a recurrent unit, step by step. */
export function cellFigures({ layer, unit, steps }: CellExplanation): readonly Figure[] {
  const gates = steps[0]?.gates ?? [];
  const line = (of: (step: CellExplanation['steps'][number]) => number) =>
    [...steps].sort((a, b) => a.step - b.step).map(step => [step.step, of(step)] as const);
  const drawn = (
    id: string,
    title: string,
    says: string,
    curves: readonly { label: string; points: ReturnType<typeof line> }[],
  ): Figure => ({
    kind: 'curves',
    id,
    title,
    says,
    height: 260,
    model: {
      caption: title,
      x: { label: 'step' },
      y: { label: '' },
      curves: curves.map(curve => ({ ...curve, marks: true })),
    },
  });
  const memory = steps[0]?.c === undefined ? [] : [{ label: 'memory c', points: line(({ c }) => c!) }];
  return [
    drawn(
      'state',
      `Unit ${unit} of ${layer} over time`,
      'What the unit passes on after each step, and its memory where it has one.',
      [{ label: 'output h', points: line(({ h }) => h) }, ...memory],
    ),
    ...(gates.some(({ role }) => role === 'gate')
      ? [
          drawn(
            'gates',
            'Its gates and its candidate',
            'How far each gate is open at each step, and the candidate: what would be remembered anew.',
            gates.map(({ gate, role }, i) => ({ label: `${role} ${gate}`, points: line(step => step.gates[i]!.y) })),
          ),
        ]
      : []),
  ];
}
