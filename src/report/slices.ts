/** How well a model does on parts of the rows that it is judged by. */
import { type Column, cellValue, column as columnNamed, missingAt } from '../data/table.ts';
import { type Interval, intervalOf } from '../deploy/index.ts';
import { HillockError } from '../errors.ts';
import { formatNumber } from '../format.ts';
import type { JudgedRows } from '../job/judged.ts';
import { type Metric, metricNamed, type Scored, standardErrors, type TaskName } from '../train/index.ts';

export interface Slice {
  readonly label: string;
  readonly rows: number;
  readonly value: number | null;
  readonly interval: Interval | null;
}

export interface Slices {
  readonly column: string;
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  /** Of all rows together. */
  readonly whole: number | null;
  readonly slices: readonly Slice[];
}

const mostSlices = 12;
const bins = 5;

/** A part of the predictions. */
export function partOf(scored: Scored, places: readonly number[]): Scored {
  const { outputs, predictions, truths } = scored;
  const own = new Float32Array(places.length * outputs);
  places.forEach((place, i) => {
    own.set(predictions.subarray(place * outputs, (place + 1) * outputs), i * outputs);
  });
  return { ...scored, predictions: own, truths: Float64Array.from(places, place => truths[place]!) };
}

interface Group {
  readonly label: string;
  readonly places: number[];
}

/** Words by how often they occur, numbers and dates in five groups of equal size; missing values are a group. */
function groupsOf(column: Column, rows: Int32Array): readonly Group[] {
  const places = Array.from(rows, (_, place) => place);
  const missing = places.filter(place => missingAt(column, rows[place]!));
  const there = places.filter(place => !missingAt(column, rows[place]!));
  const named = new Map<string, Group>();
  for (const place of there) {
    const label = String(cellValue(column, rows[place]!));
    const group = named.get(label) ?? { label, places: [] };
    named.set(label, group);
    group.places.push(place);
  }
  const gone = missing.length > 0 ? [{ label: 'missing', places: missing }] : [];
  if (column.type === 'text' || named.size <= bins) {
    const all = [...named.values()].sort((a, b) => b.places.length - a.places.length);
    const rest = all.slice(mostSlices).flatMap(group => group.places);
    const others = rest.length > 0 ? [{ label: `${all.length - mostSlices} others`, places: rest }] : [];
    return [...all.slice(0, mostSlices), ...others, ...gone];
  }
  const value = (place: number): number => column.values[rows[place]!]!;
  const sorted = there.sort((a, b) => value(a) - value(b));
  const told = (place: number): string => {
    const cell = cellValue(column, rows[place]!);
    return typeof cell === 'number' ? formatNumber(cell, 4) : String(cell);
  };
  const groups = Array.from({ length: bins }, (_, bin) => {
    const own = sorted.slice(Math.floor((bin * sorted.length) / bins), Math.floor(((bin + 1) * sorted.length) / bins));
    return { label: own.length === 0 ? '' : `${told(own[0]!)} … ${told(own.at(-1)!)}`, places: own };
  });
  return [...groups.filter(group => group.places.length > 0), ...gone];
}

/** The score of each group of a column; throws `HillockError` kind `usage` for images. */
export function slices({ data, rows, scored }: JudgedRows, task: TaskName, name: string, metricName: string): Slices {
  if (data.kind !== 'table') throw new HillockError('usage', 'images have no columns to be told apart by');
  const metric = metricNamed(metricName);
  if (!metric) throw new HillockError('usage', `there is no metric ${metricName}`);
  return {
    column: name,
    metric: metric.name,
    better: metric.better,
    whole: finite(metric.compute(scored)),
    slices: groupsOf(columnNamed(data, name), rows).map(({ label, places }) => ({
      label,
      rows: places.length,
      ...scoreOf(metric, task, partOf(scored, places)),
    })),
  };
}

function scoreOf(metric: Metric, task: TaskName, part: Scored): Pick<Slice, 'value' | 'interval'> {
  const value = finite(metric.compute(part));
  if (value === null) return { value, interval: null };
  const error = standardErrors(task, part)[metric.name];
  return { value, interval: intervalOf(metric, value, part.truths.length, error) };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
