/** From data to training jobs: target, parts, encoding, recipe. */
import {
  column,
  type Images,
  type ImagesSplit,
  kfold,
  type ReadNote,
  type Split,
  split,
  splitByTime,
  type Table,
} from '../data/index.ts';
import { HillockError } from '../errors.ts';
import {
  type Decision,
  type Encoder,
  encodeRows,
  fitEncoder,
  fitTarget,
  matchTarget,
  type Role,
  readTarget,
  standardise,
  type TargetEncoding,
  type Warning,
} from '../features/index.ts';
import { f32, i32, type Tensor } from '../graph/index.ts';
import type { ModelInput } from '../model/index.ts';
import { random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import type { TaskName, TrainingJob } from '../train/index.ts';
import {
  crossFitRows,
  folds,
  imageRecipe,
  linearRecipe,
  type Recipe,
  type RecipeOptions,
  tableRecipe,
} from './recipe.ts';

export interface PrepareOptions extends RecipeOptions {
  readonly target?: string | undefined;
  readonly task?: TaskName | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly roles?: ReadonlyMap<string, Role> | undefined;
  /** Share of the rows outside the test part that choose the best epoch; absent = by the recipe. */
  readonly validation?: number | undefined;
  /** Share of the rows held out for the test, or a table of its own. Absent = 0.2. */
  readonly test?: number | Table | undefined;
  /** Column whose order in time decides the parts: the latest rows are the test part. */
  readonly time?: string | undefined;
}

/** Everything that was decided before training. */
export interface Prepared {
  readonly job: TrainingJob;
  /** The linear model beside it; null where the model itself is linear, or where the inputs are pixels. */
  readonly linear: { readonly job: TrainingJob; readonly input: ModelInput } | null;
  readonly input: ModelInput;
  readonly target: TargetEncoding;
  /** Why the task is what it is. */
  readonly taskReason: string;
  readonly decisions: readonly Decision[];
  readonly warnings: readonly Warning[];
  readonly notes: readonly ReadNote[];
  /** How the parts were made, in words. */
  readonly splitReason: string;
}

export const prepare = (data: Table | ImagesSplit, options: PrepareOptions, runtime: Runtime): Promise<Prepared> =>
  data.kind === 'table' ? prepareTable(data, options, runtime) : Promise.resolve(prepareImages(data, options));

const defaultTest = 0.2;
const defaultValidation = 0.2;

interface Parts extends Split {
  readonly reason: string;
}

async function prepareTable(table: Table, options: PrepareOptions, runtime: Runtime): Promise<Prepared> {
  const targetName = options.target ?? table.target;
  if (targetName === undefined) {
    throw new HillockError(
      'usage',
      'which column should be predicted?',
      `name one with --target: ${table.columns.map(({ name }) => name).join(', ')}`,
    );
  }
  const rng = random(options.seed ?? 0);
  const target = readTarget(table, targetName, options.task);
  const codes = target.task === 'regression' ? undefined : target.codes;
  const parts = partsOf(table, target.rows, codes, options, rng);
  const encoding = fitTarget(target, parts.train);
  const fitted = fitEncoder(table, parts.train, {
    target: targetName,
    ignore: options.ignore ?? [],
    roles: options.roles,
  });
  const own = truthsOf(target.task === 'regression' ? target.values : target.codes);
  const test =
    options.test !== undefined && typeof options.test === 'object' ? testTable(options.test, encoding) : null;
  const testOffset = table.rows;
  const x = await encodedRows(fitted.encoder, table, test?.table, runtime);
  const truths = test ? Float64Array.from([...own, ...test.truths]) : own;
  const recipe =
    options.model === 'linear'
      ? linearRecipe(encoding, parts.train.length, options)
      : tableRecipe(encoding, parts.train.length, options);
  const testRows = test ? test.rows.map(row => row + testOffset) : parts.test;
  const base = { target: encoding, inputScale: 1, y: targetTensor(encoding, truths), truths, testRows };
  const shared = { ...base, x, inputShape: [fitted.encoder.width] };
  const crossFitted = (recipe.network.members ?? 1) > 1 && parts.validation.length === 0 && parts.train.length > folds;
  const job: TrainingJob = crossFitted
    ? {
        ...shared,
        ...recipe,
        trainRows: parts.train,
        validationRows: parts.train,
        rowWeights: memberRows(truths.length, parts.train, codes, recipe, rng),
      }
    : { ...shared, ...recipe, trainRows: parts.train, validationRows: parts.validation };
  const linear =
    options.model === 'linear' ? null : { ...linearRecipe(encoding, parts.train.length, { seed: options.seed }) };
  return {
    job,
    linear: linear && {
      job: { ...shared, ...linear, trainRows: parts.train, validationRows: parts.validation },
      input: { kind: 'table', encoder: fitted.encoder },
    },
    input: { kind: 'table', encoder: fitted.encoder },
    target: encoding,
    taskReason: target.reason,
    decisions: fitted.decisions,
    warnings: [...target.warnings.map(message => ({ columns: [targetName], message })), ...fitted.warnings],
    notes: [...table.notes, ...missingNote(targetName, target.missing), ...(test?.notes ?? [])],
    splitReason: crossFitted
      ? `${parts.reason}; validation: each member of the ensemble is judged on the fold it has not seen`
      : parts.reason,
  };
}

const missingNote = (name: string, missing: number): readonly ReadNote[] =>
  missing === 0 ? [] : [{ column: name, message: `${missing} rows have no ${name} and are left out` }];

const truthsOf = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);

function partsOf(
  table: Table,
  rows: Int32Array,
  codes: Int32Array | undefined,
  options: PrepareOptions,
  rng: ReturnType<typeof random>,
): Parts {
  const test = typeof options.test === 'number' ? options.test : options.test === undefined ? defaultTest : 0;
  const left = rows.length * (1 - test);
  const crossFit =
    options.validation === undefined &&
    left <= crossFitRows &&
    options.model !== 'linear' &&
    options.members !== 1 &&
    options.time === undefined &&
    typeof options.model !== 'object';
  const validation = crossFit ? 0 : (options.validation ?? defaultValidation);
  const shares = { test, validation: validation * (1 - test) };
  const places =
    options.time === undefined
      ? split(rows.length, shares, rng.split('parts'), codes && rows.map(row => codes[row]!))
      : byTime(table, rows, options.time, shares);
  const at = (part: Int32Array): Int32Array => part.map(place => rows[place]!);
  const how =
    options.time !== undefined
      ? `in the order of ${options.time}`
      : codes
        ? 'at random, each class in proportion'
        : 'at random';
  return { train: at(places.train), validation: at(places.validation), test: at(places.test), reason: how };
}

function byTime(table: Table, rows: Int32Array, name: string, shares: { test: number; validation: number }): Split {
  const time = column(table, name);
  if (time.type === 'text')
    throw new HillockError(
      'data',
      `column '${name}' holds text, not dates or numbers: it cannot order the rows in time`,
    );
  return splitByTime(
    rows.map(row => time.values[row]!),
    shares,
  );
}

async function encodedRows(encoder: Encoder, table: Table, test: Table | undefined, runtime: Runtime): Promise<Tensor> {
  const own = await encodeRows(encoder, table, everyRow(table.rows), runtime);
  if (!test) return f32(own, [table.rows, encoder.width]);
  const other = await encodeRows(encoder, test, everyRow(test.rows), runtime);
  const all = new Float32Array(own.length + other.length);
  all.set(own);
  all.set(other, own.length);
  return f32(all, [table.rows + test.rows, encoder.width]);
}

const everyRow = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);

/** The truths of a test table of its own, and the rows that have one. */
function testTable(table: Table, encoding: TargetEncoding) {
  const matched = matchTarget(encoding, column(table, encoding.name));
  const truths = truthsOf(encoding.task === 'regression' ? matched.values : matched.codes);
  const usable = (row: number): boolean =>
    encoding.task === 'regression' ? Number.isFinite(truths[row]!) : truths[row]! >= 0;
  const rows = everyRow(table.rows).filter(usable);
  if (rows.length === 0) throw new HillockError('data', `no row of ${table.source} has a usable ${encoding.name}`);
  return { table, truths, rows, notes: [...table.notes, ...matched.notes] };
}

/** What the loss compares with: class index, or the standardised number. */
function targetTensor(encoding: TargetEncoding, truths: Float64Array): Tensor {
  const shape = [truths.length, 1];
  return encoding.task === 'regression'
    ? f32(standardise(encoding, truths), shape)
    : i32(Int32Array.from(truths), shape);
}

/** Which rows each member learns from: all but one fold; member m leaves out fold m mod folds. */
function memberRows(
  total: number,
  rows: Int32Array,
  codes: Int32Array | undefined,
  recipe: Recipe,
  rng: ReturnType<typeof random>,
): Tensor {
  const members = recipe.network.members ?? 1;
  const weights = new Float32Array(total * members);
  const parts = kfold(rows.length, folds, rng.split('folds'), codes && rows.map(row => codes[row]!));
  parts.forEach(({ train }, fold) => {
    for (let member = fold; member < members; member += folds) {
      for (const place of train) weights[rows[place]! * members + member] = 1;
    }
  });
  return f32(weights, [total, members]);
}

function prepareImages(data: ImagesSplit, options: PrepareOptions): Prepared {
  const { train, test } = data;
  const shape = train.shape;
  const target: TargetEncoding = {
    version: 1,
    name: options.target ?? 'label',
    task: 'multiclass',
    classes: train.classNames,
  };
  const labels = labelsOf(train);
  const rng = random(options.seed ?? 0);
  const ownTest = test === undefined ? (typeof options.test === 'number' ? options.test : defaultTest) : 0;
  const validation = (options.validation ?? 0.1) * (1 - ownTest);
  const parts = split(train.rows, { validation, test: ownTest }, rng.split('parts'), labels);
  const size = shape[0] * shape[1] * shape[2];
  const pixels = test ? joinedBytes(train.pixels, test.pixels) : train.pixels;
  const truths = test ? Float64Array.from([...labels, ...labelsOf(test)]) : truthsOf(labels);
  const recipe =
    options.model === 'linear'
      ? linearRecipe(target, parts.train.length, options)
      : imageRecipe(target, parts.train.length, options);
  const job: TrainingJob = {
    ...recipe,
    target,
    inputShape: [size],
    inputScale: 1 / 255,
    x: { dtype: 'uint8', shape: [truths.length, size], data: pixels },
    y: i32(Int32Array.from(truths), [truths.length, 1]),
    truths,
    trainRows: parts.train,
    validationRows: parts.validation,
    testRows: test ? everyRow(test.rows).map(row => row + train.rows) : parts.test,
  };
  return {
    job,
    linear: null,
    input: { kind: 'images', shape },
    target,
    taskReason: `${train.classNames.length} classes of images`,
    decisions: [],
    warnings: [],
    notes: [...train.notes, ...(test?.notes ?? [])],
    splitReason: test
      ? 'the test set of the source; validation at random, each class in proportion'
      : 'at random, each class in proportion',
  };
}

function labelsOf(images: Images): Int32Array {
  if (images.labels) return images.labels;
  throw new HillockError(
    'data',
    `${images.source} holds images without labels`,
    'training needs a label for every image',
  );
}

function joinedBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
