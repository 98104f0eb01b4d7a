/** How the network sees the target: class codes, or standardised numbers and the way back. */
import { z } from 'zod';
import { parseNumber } from '../data/numbers.ts';
import type { Column, ReadNote } from '../data/table.ts';
import { HillockError } from '../errors.ts';
import type { Value } from '../graph/index.ts';
import { add, exp, max, min, mul, scalar } from '../ops/index.ts';
import { labelTexts } from './label-texts.ts';
import { type ForecastEncoding, forecastConsistent, forecastEncodingSchema } from './series/forecast-encoding.ts';
import type { Target } from './target.ts';

/** Classes in order; of two, the second is the positive one. */
export interface ClassEncoding {
  readonly version: 1;
  readonly name: string;
  readonly task: 'binary' | 'multiclass';
  readonly classes: readonly string[];
}

/** z = (g(y) − mean) / std with g = ln when `log`, else y itself; all of training rows. */
export interface NumberEncoding {
  readonly version: 1;
  readonly name: string;
  readonly task: 'regression';
  readonly log: boolean;
  readonly mean: number;
  readonly std: number;
  /** Smallest and largest y of the training rows. */
  readonly min: number;
  readonly max: number;
  /** The decimal mark of numbers in text when it is not a full stop. */
  readonly decimal?: ',' | undefined;
}

export type TargetEncoding = ClassEncoding | NumberEncoding | ForecastEncoding;

/** The classes of a target that has them. */
export const classesOf = (target: TargetEncoding): readonly string[] | null =>
  'classes' in target ? target.classes : null;

/** The encoding of a target, fitted on `trainRows` only; `log`: learn the logarithms of positive numbers. */
export function fitTarget(
  target: Target,
  trainRows: Int32Array,
  options: { log?: boolean } = {},
): ClassEncoding | NumberEncoding {
  const { name } = target;
  if (target.task !== 'regression') return { version: 1, name, task: target.task, classes: target.classes };
  const values = Float64Array.from(trainRows, row => target.values[row]!).filter(Number.isFinite);
  if (values.length === 0) throw new HillockError('data', `no training row has a value of the target '${name}'`);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const y of values) {
    least = Math.min(least, y);
    most = Math.max(most, y);
  }
  if (options.log && least <= 0) {
    throw new HillockError(
      'data',
      `the logarithm of the target '${name}' needs numbers above 0, the smallest is ${least}`,
    );
  }
  const log = options.log ?? false;
  const seen = log ? values.map(Math.log) : values;
  const mean = seen.reduce((sum, y) => sum + y / seen.length, 0);
  const std = Math.sqrt(seen.reduce((sum, y) => sum + (y - mean) ** 2 / seen.length, 0));
  const decimal = target.decimal && { decimal: target.decimal };
  return { version: 1, name, task: 'regression', log, mean, std: std > 0 ? std : 1, min: least, max: most, ...decimal };
}

/** Numbers as the network learns them. */
export function standardise({ log, mean, std }: NumberEncoding, values: ArrayLike<number>): Float32Array {
  return Float32Array.from(values, y => ((log ? Math.log(y) : y) - mean) / std);
}

/** How far, in standard deviations, a prediction may lie beyond the training rows. */
const beyond = 0.1;

/**
 * The prediction in the target's own unit from the network's standardised output z: y = z · std + mean, exp of that for
 * logarithms. z is held within the training rows' z ± 0.1 first, so that no output runs away.
 */
export function numberGraph(encoding: NumberEncoding, output: Value): Value {
  const { log, mean, std, min: least, max: most } = encoding;
  const [low, high] = standardise(encoding, [least, most]);
  const held = min(max(output, scalar(low! - beyond)), scalar(high! + beyond));
  const y = add(mul(held, scalar(std)), scalar(mean));
  return log ? exp(y) : y;
}

/** What `numberGraph` makes of one z, in double precision. */
export function fromStandardised(encoding: NumberEncoding, z: number): number {
  const { log, mean, std, min: least, max: most } = encoding;
  const [low, high] = standardise(encoding, [least, most]);
  const y = Math.min(Math.max(z, low! - beyond), high! + beyond) * std + mean;
  return log ? Math.exp(y) : y;
}

/** The target of other rows in terms of an encoding. */
export interface MatchedTarget {
  /** Class of each row, −1 = missing or unknown (classification). */
  readonly codes: Int32Array;
  /** Number of each row, NaN = missing (regression). */
  readonly values: Float64Array;
  readonly notes: readonly ReadNote[];
}

const plain = (label: string) => label.trim().replace(/\s*\.$/, '');
const loose = (label: string) => plain(label).toLowerCase();
const numeric = (label: string) => {
  const value = parseNumber(label);
  return value === undefined || Number.isNaN(value) ? undefined : String(value);
};
/** Ways to bring labels together, from strict to lax: as written, without a full stop at the end, as numbers, ignoring case. */
const spellings: readonly { readonly how: string; readonly key: (label: string) => string | undefined }[] = [
  { how: '', key: label => label },
  { how: ' (without the full stop at the end)', key: plain },
  { how: ' (as a number)', key: numeric },
  { how: ' (ignoring case)', key: loose },
];

/** Reads the target of another table: labels that differ by a full stop, blanks, case or number form are matched and noted. */
export function matchTarget(encoding: TargetEncoding, column: Column): MatchedTarget {
  return 'classes' in encoding ? matchLabels(encoding, column) : matchNumbers(encoding, column);
}

function matchLabels({ name, classes }: ClassEncoding, column: Column): MatchedTarget {
  const { texts, at } = labelTexts(column);
  const length = column.type === 'text' ? column.codes.length : column.values.length;
  const indexes = spellings.map(({ key }) => index(classes, key));
  const notes: ReadNote[] = [];
  const meaning = texts.map(text => {
    if (text === '') return -1;
    for (const [i, { how, key }] of spellings.entries()) {
      const found = indexes[i]!.get(key(text) ?? '');
      if (found === undefined || found < 0) continue;
      if (how !== '') notes.push({ column: name, message: `label '${text}' is taken as '${classes[found]}'${how}` });
      return found;
    }
    notes.push({ column: name, message: `label '${text.slice(0, 40)}' is none of the classes: its rows are left out` });
    return -1;
  });
  const codes = new Int32Array(length).map((_, row) => meaning[at(row)] ?? -1);
  return { codes, values: new Float64Array(0), notes };
}

function index(classes: readonly string[], key: (label: string) => string | undefined): Map<string, number> {
  const found = new Map<string, number>();
  classes.forEach((label, code) => {
    const at = key(label);
    if (at !== undefined) found.set(at, found.has(at) ? -1 : code);
  });
  return found;
}

function matchNumbers({ name, decimal }: Pick<NumberEncoding, 'name' | 'decimal'>, column: Column): MatchedTarget {
  const codes = new Int32Array(0);
  if (column.type === 'number') return { codes, values: column.values, notes: [] };
  const { texts, at } = labelTexts(column);
  const meaning =
    column.type === 'text' ? texts.map(text => parseNumber(text, decimal ?? '.')) : texts.map(() => undefined);
  const bad = texts.filter((_, code) => meaning[code] === undefined);
  const notes = bad
    .slice(0, 1)
    .map(text => ({ column: name, message: `'${text.slice(0, 40)}' is no number: rows like it are left out` }));
  const length = column.type === 'text' ? column.codes.length : column.values.length;
  return { codes, values: Float64Array.from({ length }, (_, row) => meaning[at(row)] ?? Number.NaN), notes };
}

const encodingSchema = z.discriminatedUnion('task', [
  z.object({
    version: z.literal(1),
    name: z.string().max(10_000),
    task: z.enum(['binary', 'multiclass']),
    classes: z.array(z.string().max(10_000)).min(2).max(1000),
  }),
  z.object({
    version: z.literal(1),
    name: z.string().max(10_000),
    task: z.literal('regression'),
    log: z.boolean(),
    mean: z.number(),
    std: z.number().positive(),
    min: z.number(),
    max: z.number(),
    decimal: z.literal(',').optional(),
  }),
  forecastEncodingSchema,
]);

function consistent(encoding: TargetEncoding): boolean {
  if (encoding.task === 'forecast') return forecastConsistent(encoding);
  if (encoding.task === 'regression') return encoding.min <= encoding.max && (!encoding.log || encoding.min > 0);
  const { classes, task } = encoding;
  return new Set(classes).size === classes.length && (task === 'multiclass' || classes.length === 2);
}

/** A target encoding read back from JSON that a stranger may have written. */
export function parseTargetEncoding(json: unknown): TargetEncoding {
  const result = encodingSchema.safeParse(json, { jitless: true });
  if (result.success && consistent(result.data)) return result.data;
  const issue = result.error?.issues[0];
  throw new HillockError(
    'model-file',
    `the target encoding of this model is not valid: ${issue ? `${issue.message} at ${issue.path.join('.')}` : 'its values contradict each other'}`,
    'the file is damaged or was written by another program',
  );
}
