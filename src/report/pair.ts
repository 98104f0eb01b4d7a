/** Two runs beside each other: how far their weights are apart, and where they answer differently. */
import type { Figure } from '../draw/index.ts';
import { HillockError } from '../errors.ts';
import { classesOf } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import type { JudgedRows } from '../job/judged.ts';
import type { OpenRun } from '../job/open-run.ts';
import { predictedClass } from '../train/index.ts';
import { type JudgedRow, rowAt } from './rows.ts';

/** A layer as two networks have it. */
export interface LayerPair {
  readonly layer: string;
  readonly a: string | null;
  readonly b: string | null;
  /** ‖a − b‖ / ‖a‖ of its parameters; null where they are of other shapes. */
  readonly drift: number | null;
}

export interface Disagreement extends JudgedRow {
  readonly other: string | number;
}

export interface Pair {
  readonly layers: readonly LayerPair[];
  /** Rows that both are judged by, and those of them that they answer differently. */
  readonly common: number;
  readonly disagree: number;
  readonly rows: readonly Disagreement[];
  /** How many rows more the second run puts into each cell; null where the classes differ. */
  readonly confusion: Figure | null;
  /** Why rows are not compared. */
  readonly without: string | null;
}

const mostRows = 40;

const about = (run: OpenRun, name: string): string | null => {
  const layer = run.tracer.subject.layers.find(one => one.name === name);
  return layer ? `${layer.inputShape.join('×')} → ${layer.outputShape.join('×')}` : null;
};

function layerPairs(a: OpenRun, b: OpenRun): readonly LayerPair[] {
  const names = [...new Set([a, b].flatMap(({ tracer }) => tracer.subject.layers.map(({ name }) => name)))];
  return names.map(layer => ({ layer, a: about(a, layer), b: about(b, layer), drift: driftOf(a, b, layer) }));
}

function driftOf(a: OpenRun, b: OpenRun, layer: string): number | null {
  let [apart, size, found] = [0, 0, false];
  for (const [name, own] of a.artifact.parameters) {
    if (!name.startsWith(`${layer}.`)) continue;
    const other = b.artifact.parameters.get(name);
    if (!other || other.shape.join() !== own.shape.join()) return null;
    const [x, y] = [floats(own), floats(other)];
    for (let i = 0; i < x.length; i++) {
      apart += (x[i]! - y[i]!) ** 2;
      size += x[i]! ** 2;
    }
    found = true;
  }
  return found && size > 0 ? Math.sqrt(apart / size) : null;
}

/** Compares two runs on the rows that both are judged by. */
export async function pair(
  a: OpenRun,
  b: OpenRun,
  judged: () => Promise<readonly [JudgedRows, JudgedRows]>,
): Promise<Pair> {
  const layers = layerPairs(a, b);
  const none = { layers, common: 0, disagree: 0, rows: [], confusion: null };
  try {
    const [one, two] = await judged();
    return { layers, without: null, ...compareRows(a, b, one, two) };
  } catch (error) {
    if (!(error instanceof HillockError)) throw error;
    return { ...none, without: error.message };
  }
}

function compareRows(a: OpenRun, b: OpenRun, one: JudgedRows, two: JudgedRows) {
  const [classes, others] = [classesOf(a.artifact.spec.target), classesOf(b.artifact.spec.target)];
  if (one.data.fingerprint !== two.data.fingerprint || classes?.join('\n') !== others?.join('\n'))
    throw new HillockError('data', 'the two are judged by different data');
  const places = new Map(Array.from(two.rows, (row, place) => [row, place]));
  const common = Array.from(one.rows, (row, place) => ({ place, other: places.get(row) })).filter(
    (both): both is { place: number; other: number } => both.other !== undefined,
  );
  if (common.length === 0) throw new HillockError('data', 'no row is in the part that both are judged by');
  const gap = ({ place, other }: (typeof common)[number]): number =>
    classes
      ? Number(predictedClass(one.scored, place) !== predictedClass(two.scored, other))
      : Math.abs(one.scored.predictions[place]! - two.scored.predictions[other]!);
  const differing = common.filter(both => gap(both) > 0).sort((x, y) => gap(y) - gap(x));
  const rows = differing.slice(0, mostRows).map(({ place, other }): Disagreement => {
    return { ...rowAt(one, classes, place), other: rowAt(two, others, other).said };
  });
  return {
    common: common.length,
    disagree: differing.length,
    rows,
    confusion: classes ? confusionChange(classes, common, one, two) : null,
  };
}

function confusionChange(
  classes: readonly string[],
  common: readonly { readonly place: number; readonly other: number }[],
  one: JudgedRows,
  two: JudgedRows,
): Figure {
  const size = classes.length;
  const values = new Float64Array(size * size);
  for (const { place, other } of common) {
    const truth = one.scored.truths[place]!;
    values[truth * size + predictedClass(one.scored, place)]! -= 1;
    values[truth * size + predictedClass(two.scored, other)]! += 1;
  }
  return {
    kind: 'heatMap',
    id: 'confusion-change',
    title: 'What the second takes for what, beside the first',
    says: `Rows more (blue) or fewer (vermilion) in each cell of the confusion matrix, over ${common.length} common rows.`,
    height: Math.min(560, Math.max(180, size * 34 + 60)),
    model: {
      caption: 'Difference of the confusion matrices: second − first',
      values: Array.from(values),
      rows: size,
      columns: size,
      scale: 'signed',
      rowLabels: classes,
      columnLabels: classes,
      xLabel: 'predicted',
      yLabel: 'truth',
    },
  };
}
