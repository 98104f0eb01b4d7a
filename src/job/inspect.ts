/** What is told of the inside of a run: the whole, one row, one layer, one neuron. Node only. */
import { cellValue } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import {
  activationOf,
  answerOf,
  type CellTrace,
  cellsOf,
  type Data,
  everyRow,
  explainNeuron,
  findLayer,
  type Health,
  health,
  type Importance,
  importance,
  linearCollapse,
  neuronLayers,
  outputNames,
  readingOf,
  sampleRows,
  stepsOf,
  summarise,
  type Trace,
  valuesAt,
} from '../explain/index.ts';
import { activations } from '../neuron/index.ts';
import { kindOf } from '../nn/index.ts';
import { locate, type OpenRun, sampled } from './open-run.ts';

/** What a model is, how it scored, and how its neurons and columns fare over a sample of its data. */
export async function inspectModel(opened: OpenRun, limit: number) {
  const { artifact, report, run, source } = opened;
  const { spec, parameters } = artifact;
  const collapse = linearCollapse(opened.tracer.subject.layers, parameters);
  const looked = await lookAtData(opened, limit);
  return {
    run,
    created: spec.created,
    hillock: spec.hillock,
    source,
    ...summarise(spec),
    leftOut: (report?.columns ?? []).filter(({ column }) => !usedColumns(opened).has(column)),
    metrics: report?.metrics ?? null,
    baseline: report?.baseline ?? null,
    rows: report?.rows ?? null,
    collapse: collapse?.sentence ?? null,
    ...looked,
  };
}

const usedColumns = ({ artifact: { spec } }: OpenRun): ReadonlySet<string> =>
  new Set(spec.input.kind === 'table' ? spec.input.encoder.columns.map(({ name }) => name) : []);

interface Looked {
  readonly health: Health | null;
  readonly importance: Importance | null;
  /** Whether rows that it learned from are among those looked at. */
  readonly seen: boolean;
  /** Why health or importance is not there. */
  readonly without: string | null;
}

async function lookAtData(opened: OpenRun, limit: number): Promise<Looked> {
  const { artifact, runtime, tracer } = opened;
  const { spec, parameters } = artifact;
  try {
    const data = sampled(await opened.data());
    const rows = sampleRows(everyRow(data.rows), limit, 1);
    const seen = opened.report?.fingerprint.startsWith(data.fingerprint) ?? false;
    const found = await health(tracer, data, rows);
    if (data.kind !== 'table') return { health: found, importance: null, seen, without: null };
    const known = data.columns.some(({ name }) => name === spec.target.name);
    const lacking = `no importance of columns: ${data.source} has no column '${spec.target.name}' to judge predictions by`;
    const weighed = known ? await importance(spec, parameters, runtime, data, rows) : null;
    return { health: found, importance: weighed, seen, without: known ? null : lacking };
  } catch (error) {
    if (!(error instanceof HillockError) || error.kind !== 'data') throw error;
    const hint = error.hint ? ` (${error.hint})` : '';
    return {
      health: null,
      importance: null,
      seen: false,
      without: `no health and importance: ${error.message}${hint}`,
    };
  }
}

export type InspectedModel = Awaited<ReturnType<typeof inspectModel>>;

/** A row (counted from 1) of the data with the inside of the network at work on it. */
export async function traceRow(opened: OpenRun, row: number): Promise<{ trace: Trace; part: Data; index: number }> {
  const { part, index } = locate(await opened.data(), row);
  return { trace: await opened.tracer.trace(part, [index]), part, index };
}

/** One row: its cells and what they became, the answer, and what is known to be true. */
export async function inspectRow(opened: OpenRun, row: number) {
  const { trace, part, index } = await traceRow(opened, row);
  const { spec } = opened.artifact;
  const table = part.kind === 'table' ? part : undefined;
  return {
    run: opened.run,
    source: part.source,
    row,
    target: spec.target.name,
    ...answerOf(trace, 0),
    truth: truthOf(part, index, spec.target.name),
    cells: table ? cellsOf(trace, table, 0) : ([] as readonly CellTrace[]),
    window: part.kind === 'windows' ? stepsOf(trace, part, 0) : null,
    notes: trace.notes.filter(note => note.row === undefined || note.row === row),
    image: part.kind === 'images' ? { images: part, index } : undefined,
  };
}

export type InspectedRow = Omit<Awaited<ReturnType<typeof inspectRow>>, 'image'>;
export type RowImage = Awaited<ReturnType<typeof inspectRow>>['image'];

function truthOf(data: Data, index: number, target: string): string | number | null {
  if (data.kind === 'images') return data.labels ? data.classNames[data.labels[index]!]! : null;
  if (data.kind === 'windows') {
    const { series, origin } = data.origins;
    return data.set.series[series[index]!]!.values[origin[index]!] ?? null;
  }
  const column = data.columns.find(({ name }) => name === target);
  return column ? cellValue(column, index) : null;
}

interface LayerChoice {
  readonly row: number;
  readonly layer: string;
  readonly member: number | undefined;
}

/** One layer at work on one row: z and ŷ of each of its neurons, or the numbers that come out of it. */
export async function inspectLayer(opened: OpenRun, { row, layer: wanted, member = 1 }: LayerChoice) {
  const { subject } = opened.tracer;
  const layer = findLayer(subject.layers, wanted);
  checkMember(member, subject.members);
  const { trace } = await traceRow(opened, row);
  const traced = trace.layers[subject.layers.indexOf(layer)]!;
  const y = valuesAt(trace, traced.y, 0, member - 1);
  const z = traced.z && valuesAt(trace, traced.z, 0, member - 1);
  const names = outputNames(layer);
  return {
    run: opened.run,
    row,
    layer: layer.name,
    about: kindOf(layer.spec).about,
    activation: activationOf(layer.spec) ?? null,
    member,
    members: subject.members,
    neurons: names.map((name, i) => ({ neuron: i + 1, name, z: z ? z[i]! : null, y: y[i]! })),
  };
}

export type InspectedLayer = Awaited<ReturnType<typeof inspectLayer>>;

function checkMember(member: number, members: number): void {
  if (member <= members) return;
  throw new HillockError(
    'usage',
    `this network has no member ${member}`,
    members === 1 ? 'it is a single network' : `its members are 1 to ${members}`,
  );
}

/** The worked calculation of one neuron for one row. */
export async function inspectNeuron(
  opened: OpenRun,
  { row, layer, neuron, member }: LayerChoice & { readonly neuron: number },
) {
  const { trace } = await traceRow(opened, row);
  const explained = explainNeuron(trace, { layer, neuron, member });
  const { derivative } = activations[explained.spec.activation];
  const { spec, ...rest } = explained;
  return {
    run: opened.run,
    ...rest,
    row,
    activation: spec.activation,
    bias: explained.bias ?? null,
    slope: derivative ? derivative(explained.z) : null,
    reading: readingOf(opened.tracer.subject, explained) ?? null,
    others: neuronLayers(opened.tracer.subject.layers),
  };
}

export type InspectedNeuron = Awaited<ReturnType<typeof inspectNeuron>>;
