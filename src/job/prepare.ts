/** From data to training jobs: target, parts, encoding, recipe. */
import { column, everyRow, type ImagesSplit, type ReadNote, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import {
  type Encoder,
  encodeRows,
  type FittedEncoder,
  fitEncoder,
  fitTarget,
  matchTarget,
  packedRows,
  readTarget,
  standardise,
  type TargetEncoding,
} from '../features/index.ts';
import { f32, i32, type Tensor } from '../graph/index.ts';
import { random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { type FitOptions, metrics, type TaskName, type TrainingJob } from '../train/index.ts';
import { editedParts, editedTable, editWarnings, isEdited } from './edits.ts';
import { checkMemory } from './memory.ts';
import { refuseRecurrent } from './model-name.ts';
import { headNotes } from './network.ts';
import { crossFits, memberRows, type Parts, partsOf } from './parts.ts';
import { prepareImages } from './prepare-images.ts';
import type { Prepared, PrepareOptions } from './prepared.ts';
import { folds, linearRecipe, type RecipeData, type RecipeOptions, tableRecipe } from './recipe.ts';
import {
  type StartingModel,
  startingDecisions,
  startingEncoder,
  startingNetwork,
  startingTarget,
  startingWeights,
} from './starting.ts';

export type { Prepared, PrepareOptions } from './prepared.ts';

export async function prepare(data: Table | ImagesSplit, options: PrepareOptions, runtime: Runtime): Promise<Prepared> {
  if (data.kind !== 'table') return prepareImages(data, options);
  if (options.task !== 'forecast') return prepareTable(data, options, runtime);
  refuseStart(options);
  if (isEdited(options))
    throw new HillockError('usage', 'rows of a series follow one another: they cannot be left out or corrected');
  const { prepareSeries } = await import('./prepare-series.ts');
  return prepareSeries(data, options, runtime);
}

/** A table as it is trained on, what is predicted of it, and the rows of each part: the same for the same options, row by row whatever is corrected. */
export function tableParts(given: Table, options: PrepareOptions) {
  const targetName = options.target ?? given.target;
  if (targetName === undefined) {
    throw new HillockError(
      'usage',
      'which column should be predicted?',
      `name one with --target: ${given.columns.map(({ name }) => name).join(', ')}`,
    );
  }
  const rng = random(options.seed ?? 0);
  const read = (from: Table) => readTarget(from, targetName, options.task === 'forecast' ? undefined : options.task);
  const table = editedTable(given, targetName, options);
  const first = read(given);
  const whole = partsOf(given, first.rows, first.task === 'regression' ? undefined : first.codes, options, rng);
  const target = table === given ? first : read(table);
  const codes = target.task === 'regression' ? undefined : target.codes;
  const parts = { ...whole, ...editedParts(whole, options) };
  const edited = editWarnings(options, whole.test, targetName);
  return { table, target, codes, parts, edited, rng };
}

async function prepareTable(given: Table, options: PrepareOptions, runtime: Runtime): Promise<Prepared> {
  refuseImageOptions(options);
  const { table, target, codes, parts, edited, rng } = tableParts(given, options);
  const targetName = target.name;
  checkMetrics(target.task, options);
  const encoding = startingTarget(options.from, fitTarget(target, parts.train));
  const isLinear = options.model === 'linear';
  const told = { target: targetName, ignore: options.ignore ?? [], roles: options.roles };
  const fitted = options.from
    ? startingEncoding(options.from, table, targetName)
    : fitEncoder(table, parts.train, { ...told, encoding: options.encoding ?? (isLinear ? 'plain' : 'full') });
  const asked = { ...options, model: startingNetwork(options, encoding, options) };
  const own = truthsOf(target.task === 'regression' ? target.values : target.codes);
  const test =
    options.test !== undefined && typeof options.test === 'object' ? testTable(options.test, encoding) : null;
  const truths = test ? Float64Array.from([...own, ...test.truths]) : own;
  const inputs = async (encoder: Encoder, { epochs }: Pick<FitOptions, 'epochs'>) => {
    const columns =
      table.whole || (options.encodeInSteps && !runtime.copies && epochs <= mostEpochsInSteps) ? encoder : undefined;
    const { x, notes } = await inputRows({ encoder, columns }, table, test?.table, runtime);
    return { part: { x, ownInputs: true, inputShape: [encoder.width], columns }, notes };
  };
  const linearOf = ({ width }: Encoder, said: RecipeOptions) =>
    linearRecipe(encoding, parts.train.length, [width], said);
  const recipe = isLinear
    ? linearOf(fitted.encoder, options)
    : tableRecipe(encoding, await dataOf(fitted.encoder, table, parts, runtime), asked);
  const { part: encoded, notes: unlike } = await inputs(fitted.encoder, recipe.options);
  const started = startingWeights(options, recipe.network, encoded.inputShape, encoding);
  const shared = {
    target: encoding,
    y: targetTensor(encoding, truths),
    truths,
    testRows: test ? test.rows.map(row => row + table.rows) : parts.test,
  };
  const held = { trainRows: parts.train, validationRows: parts.validation };
  const crossFit = (members: number) => ({
    trainRows: parts.train,
    validationRows: parts.train,
    rowWeights: memberRows(truths.length, parts.train, codes, members, rng),
  });
  const members = recipe.network.members ?? 1;
  const crossFitted = crossFits(parts, members);
  const job: TrainingJob = {
    ...shared,
    ...encoded,
    ...recipe,
    ...started.job,
    ...(crossFitted ? crossFit(members) : held),
  };
  const linear = async (): Promise<TrainingJob> => {
    const { encoder } = fitEncoder(table, parts.train, { ...told, encoding: 'plain' });
    const beside = linearOf(encoder, { seed: options.seed });
    const { part } = await inputs(encoder, beside.options);
    const alone = { ...shared, ...part, ...beside, ...held };
    // Without a test part it is judged as the network is: on rows that its members have not seen.
    return crossFitted && shared.testRows.length === 0
      ? { ...alone, ...crossFit(folds), network: { ...beside.network, members: folds } }
      : alone;
  };
  return {
    job,
    linear: isLinear ? null : linear,
    input: { kind: 'table', encoder: fitted.encoder },
    target: encoding,
    taskReason: target.reason,
    decisions: fitted.decisions,
    warnings: [...edited, ...target.warnings.map(message => ({ columns: [targetName], message })), ...fitted.warnings],
    notes: [
      ...table.notes,
      ...(options.task === undefined && target.task === 'regression' ? seriesNote(table, targetName) : []),
      ...missingNote(targetName, target.missing),
      ...(test?.notes ?? []),
      ...unlike,
      ...headNotes(asked.model, encoded.inputShape, encoding),
      ...started.notes,
    ],
    start: started.start,
    splitReason: crossFitted
      ? `${parts.reason}; validation: each member of the ensemble is judged on the fold it has not seen`
      : parts.reason,
  };
}

/** What the columns become in the model to start from. */
function startingEncoding(from: StartingModel, table: Table, target: string): FittedEncoder {
  const encoder = startingEncoder(from, table, target);
  return { encoder, decisions: startingDecisions(encoder, table, target), warnings: [] };
}

function refuseStart({ from, freeze }: PrepareOptions): void {
  if (from === undefined && freeze === undefined) return;
  throw new HillockError(
    'usage',
    'a forecast cannot start from another run: its windows are prepared by what its own series are like',
    'leave --from and --freeze out',
  );
}

/** Throws `HillockError` kind `usage` when something is asked for that only images or series have. */
function refuseImageOptions({ model, augment }: PrepareOptions): void {
  refuseRecurrent(model, 'a table');
  if (model !== 'cnn' && augment === undefined) return;
  throw new HillockError(
    'usage',
    model === 'cnn' ? 'a cnn is for images, this is a table' : 'only images can be varied, this is a table',
    model === 'cnn' ? 'use --model mlp, or leave --model out' : 'leave --augment out',
  );
}

/** Throws `HillockError` kind `usage` when training should watch a metric that the task does not have. */
function checkMetrics(task: TaskName, { monitor, until = [] }: PrepareOptions): void {
  const known = metrics.filter(({ tasks }) => tasks.includes(task)).map(({ name }) => name);
  for (const name of [...(monitor ? [monitor] : []), ...until.map(({ metric }) => metric)]) {
    if (!known.includes(name)) {
      throw new HillockError('usage', `'${name}' is not a metric of a ${task} task`, `there are ${known.join(', ')}`);
    }
  }
}

/**
 * Up to so many epochs it is less work to encode a row whenever it is read than to write it to fresh memory and read it from there (measured
 * for rows of 14 columns and 700 numbers). Runtimes that copy what they are fed are given few rows at a time, whose memory is used again.
 */
const mostEpochsInSteps = 8;

/** Rows, evenly apart, by which the energy of all is told. */
const enoughRows = 2048;

/** What the recipe looks at. */
async function dataOf(
  encoder: Encoder,
  table: Table,
  { train, available }: Parts,
  runtime: Runtime,
): Promise<RecipeData> {
  const few = Math.min(train.length, enoughRows);
  const some = Int32Array.from({ length: few }, (_, i) => train[Math.floor((i * train.length) / few)]!);
  const { values } = await encodeRows(encoder, table, some, runtime);
  let sum = 0;
  for (const value of values) sum += value * value;
  const share = (table.whole?.rows ?? table.rows) / table.rows;
  return {
    rows: Math.round(train.length * share),
    available: Math.round(available * share),
    columns: encoder.columns.length,
    width: encoder.width,
    energy: sum / some.length,
  };
}

const leastSteps = 24;

/** A table whose rows stand in the order of their dates, one a date, may be a series. */
function seriesNote(table: Table, target: string): ReadNote[] {
  if (table.rows < leastSteps) return [];
  const rises = (values: Float64Array): boolean => values.every((value, row) => row === 0 || value > values[row - 1]!);
  const time = table.columns.find(column => column.type === 'date' && rises(column.values));
  if (!time) return [];
  const message = `its dates rise row by row: to forecast ${target} from its own past, add --task forecast`;
  return [{ column: time.name, message }];
}

const missingNote = (name: string, missing: number): readonly ReadNote[] =>
  missing === 0 ? [] : [{ column: name, message: `${missing} rows have no ${name} and are left out` }];

const truthsOf = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);

/** The rows of a table and after them those of its test table, and what did not fit; packed where training encodes their `columns`. */
async function inputRows(
  { encoder, columns }: { readonly encoder: Encoder; readonly columns: Encoder | undefined },
  table: Table,
  test: Table | undefined,
  runtime: Runtime,
): Promise<{ readonly x: Tensor; readonly notes: readonly ReadNote[] }> {
  const width = columns ? encoder.columns.length : encoder.width;
  checkMemory(table.source, table.rows + (test?.rows ?? 0), width);
  const parts = test ? [table, test] : [table];
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const values = new Float32Array(rows * width);
  const notes: ReadNote[] = [];
  let begin = 0;
  for (const part of parts) {
    const place = values.subarray(begin, begin + part.rows * width);
    const every = everyRow(part.rows);
    const found = columns
      ? packedRows(encoder, part, every, place)
      : await encodeRows(encoder, part, every, runtime, place);
    notes.push(
      ...found.notes.map(note => (part === table ? note : { ...note, message: `${part.source}: ${note.message}` })),
    );
    begin += place.length;
  }
  return { x: f32(values, [rows, width]), notes };
}

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
