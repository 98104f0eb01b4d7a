/** The line that a run was started with, as its plan tells. */
import { shellWord } from '../format.ts';
import type { PlannedOptions, RunPlan } from '../job/index.ts';

type Written = { readonly [Key in keyof PlannedOptions]-?: string | null };

/** The option of the command line for each that a plan keeps; null = said in another way. */
const flags: Written = {
  target: '--target',
  imageSize: '--image-size',
  task: '--task',
  ignore: '--ignore',
  validation: '--validation',
  test: '--test',
  time: '--time',
  horizon: '--horizon',
  window: '--window',
  group: '--group',
  features: '--features',
  known: '--known',
  step: '--step',
  duplicates: '--duplicates',
  interval: '--interval',
  model: '--model',
  hidden: '--hidden',
  activation: '--activation',
  dropout: '--dropout',
  members: '--members',
  optimizer: '--optimizer',
  learningRate: '--lr',
  weightDecay: '--weight-decay',
  batch: '--batch',
  epochs: '--epochs',
  schedule: '--schedule',
  clip: '--clip',
  patience: '--patience',
  seed: '--seed',
  augment: '--augment',
  freeze: '--freeze',
  until: null,
  device: '--device',
  threads: '--threads',
  baseline: null,
  engine: null,
  stream: null,
  keepEpochs: '--keep-epochs',
  excludeRows: '--exclude-rows',
  relabel: null,
};

function textOf(key: string, value: unknown): string {
  if (key === 'model' && typeof value === 'object') return 'network.json';
  if (Array.isArray(value)) return value.join(',');
  if (key === 'augment') {
    const parts = Object.entries(value as object).map(([name, amount]) =>
      amount === true ? name : `${name}=${String(amount)}`,
    );
    return parts.join(',') || 'none';
  }
  return String(value);
}

/** The options of an engine that is not this package. */
function engineOptions(engine: PlannedOptions['engine']): string[][] {
  if (!engine) return [];
  const { name, nproc, strategy, precision, nodes, nodeRank, master } = engine;
  const machines = [['--nodes', nodes], ['--node-rank', nodeRank], ...(master ? [['--master', master]] : [])];
  const all = [
    ['--engine', name],
    ...(nproc === undefined ? [] : [['--nproc', nproc]]),
    ['--strategy', strategy],
    ['--precision', precision],
    ...(nodes > 1 ? machines : []),
  ];
  return all.map(words => words.map(String));
}

/** What a plan asks for, as the options of the command line and their values; a flag has none. */
export function optionsOf({ test, from, fromEpoch, options }: RunPlan): readonly (readonly string[])[] {
  const named = Object.entries(flags).flatMap(([key, flag]) => {
    const value = options[key as keyof PlannedOptions];
    return flag === null || value === undefined ? [] : [[flag, textOf(key, value)]];
  });
  return [
    ...named,
    ...(options.until ?? []).map(({ metric, sign, level }) => ['--until', `${metric}${sign}${level}`]),
    ...(options.relabel ?? []).map(({ row, value }) => ['--relabel', `${row}=${value}`]),
    ...(test ? [['--test', test.source]] : []),
    ...(from ? [['--from', from]] : []),
    ...(fromEpoch ? [['--from-epoch', String(fromEpoch)]] : []),
    ...(options.baseline === false ? [['--no-baseline']] : []),
    ...engineOptions(options.engine),
    ...(options.stream ? [['--stream']] : []),
  ];
}

/** The command that trains a run again; a network of one's own is named `network.json`. */
export function commandOf(plan: RunPlan): string {
  const words = [plan.source === 'standard input' ? '-' : plan.source, ...optionsOf(plan).flat()];
  return `hillock train ${words.map(shellWord).join(' ')}`;
}
