/** Runs side by side: what they were asked for, how they went, how good they are. Node only. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseHistory } from '../job/checkpoint.ts';
import { judgedPart, type KnownRuns, listRuns, type PlannedOptions, type RunEntry, readPlan } from '../job/index.ts';
import { runFiles } from '../model/index.ts';
import type { LayerSpec } from '../nn/index.ts';
import { type EpochRecord, metricNamed, type Scores } from '../train/index.ts';

export type Setting = string | number | null;

/** A run as a row of a table. */
export interface ComparedRun {
  readonly id: string;
  readonly state: RunEntry['state'];
  readonly changed: string;
  readonly target: string | null;
  readonly task: string | null;
  /** What it was asked for and what was made of it. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** On the part that it is judged by. */
  readonly scores: Readonly<Record<string, number | null>>;
  /** The score of the validation part that chooses the best epoch. */
  readonly monitor: string | null;
  readonly better: 'higher' | 'lower';
  readonly best: number | null;
  readonly last: number | null;
  readonly bestEpoch: number | null;
  readonly epochs: number;
  readonly seconds: number | null;
  /** That score over the epochs, thinned. */
  readonly spark: readonly (number | null)[];
  /** The same for runs that differ in their seed alone. */
  readonly group: string;
}

const mostSpark = 32;

/** A network in a line: `64 relu → 32 relu`. */
const networkText = (layers: readonly LayerSpec[]): string =>
  layers
    .map(layer => {
      const { kind, units, filters, activation } = layer as unknown as Readonly<Record<string, unknown>>;
      const size = units ?? filters;
      const name = kind === 'dense' ? '' : String(kind);
      return [name, size, activation === 'linear' ? undefined : activation].filter(Boolean).join(' ');
    })
    .filter(text => text !== '' && text !== 'dropout')
    .join(' → ');

const plain = (value: unknown): Setting =>
  value === undefined || value === null
    ? null
    : typeof value === 'number' || typeof value === 'string'
      ? value
      : JSON.stringify(value);

/** What was changed by hand in the rows; null = nothing. */
const editsOf = ({ excludeRows = [], relabel = [] }: Partial<PlannedOptions>): Record<string, Setting> => ({
  'rows left out': excludeRows.join(', ') || null,
  'labels corrected': relabel.map(({ row, value }) => `${row} = ${value}`).join(', ') || null,
});

function settingsOf({ report, source }: RunEntry, planned: Partial<PlannedOptions>): Record<string, Setting> {
  if (!report) {
    const { learningRate, hidden, optimizer, batch, epochs, seed, members, activation } = planned;
    const network = hidden ? hidden.join(' → ') : null;
    return {
      data: source,
      network,
      activation: plain(activation),
      members: plain(members),
      optimizer: plain(optimizer),
      'learning rate': plain(learningRate),
      batch: plain(batch),
      'epochs asked': plain(epochs),
      seed: plain(seed),
      ...editsOf(planned),
    };
  }
  const { network, options, rows, parameters, device, seed, start } = report;
  const dropout = network.layers.find(layer => layer.kind === 'dropout');
  return {
    data: source,
    'training rows': rows.train,
    network: networkText(network.layers),
    'starts with': plain(start),
    members: network.members ?? 1,
    parameters,
    dropout: dropout && 'rate' in dropout ? plain(dropout.rate) : 0,
    optimizer: options.optimizer,
    'learning rate': Number(options.learningRate.toPrecision(6)),
    schedule: options.schedule,
    batch: options.batch,
    clip: plain(options.clip),
    smoothing: plain(options.smoothing),
    patience: plain(options.patience),
    'epochs asked': options.epochs,
    device,
    seed,
    ...editsOf(planned),
  };
}

function sparkOf(history: readonly EpochRecord[], monitor: string): readonly (number | null)[] {
  const values = history.map(({ validation, loss }) =>
    finite(validation[monitor] ?? (monitor === 'loss' ? loss : undefined)),
  );
  if (values.length <= mostSpark) return values;
  return Array.from({ length: mostSpark }, (_, i) => values[Math.round((i * (values.length - 1)) / (mostSpark - 1))]!);
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(6)) : null;

const finiteScores = (scores: Scores): Record<string, number | null> =>
  Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, finite(value)]));

async function compared(entry: RunEntry): Promise<ComparedRun> {
  const { folder, state, changed, target, report } = entry;
  const history = parseHistory(await readFile(join(folder, runFiles.history), 'utf8').catch(() => ''));
  const planned = (await readPlan(folder).catch(() => undefined))?.options ?? {};
  const settings = settingsOf(entry, planned);
  const monitor = report?.options.monitor ?? Object.keys(history[0]?.validation ?? {})[0] ?? null;
  const better = (monitor && metricNamed(monitor)?.better) || 'lower';
  const values = monitor === null ? [] : history.map(({ validation }) => finite(validation[monitor]));
  const known = values.filter(value => value !== null);
  const { seed: _, ...others } = settings;
  return {
    id: basename(folder),
    state,
    changed,
    target,
    task: report?.task ?? null,
    settings,
    scores: report ? finiteScores(report.metrics[judgedPart(report.rows)]) : {},
    monitor,
    better,
    best: known.length === 0 ? null : better === 'lower' ? Math.min(...known) : Math.max(...known),
    last: known.at(-1) ?? null,
    bestEpoch: report?.bestEpoch ?? null,
    epochs: history.length,
    seconds: report?.seconds ?? null,
    spark: monitor === null ? [] : sparkOf(history, monitor),
    group: JSON.stringify([target, others]),
  };
}

/** Lists the runs of a folder; what has not changed since is not read again. */
export function comparison(runs: string): () => Promise<readonly ComparedRun[]> {
  const known: KnownRuns = new Map();
  const rows = new WeakMap<RunEntry, ComparedRun>();
  return async () => {
    const entries = await listRuns(runs, known).catch(() => []);
    return Promise.all(
      entries.map(async entry => {
        const found = rows.get(entry) ?? (await compared(entry));
        rows.set(entry, found);
        return found;
      }),
    );
  };
}
