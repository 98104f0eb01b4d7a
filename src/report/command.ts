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
function engineWords(engine: PlannedOptions['engine']): string[] {
  if (!engine) return [];
  const { name, nproc, strategy, precision, nodes, nodeRank, master } = engine;
  const machines =
    nodes > 1 ? ['--nodes', nodes, '--node-rank', nodeRank, ...(master ? ['--master', master] : [])] : [];
  const each = nproc === undefined ? [] : ['--nproc', nproc];
  return ['--engine', name, ...each, '--strategy', strategy, '--precision', precision, ...machines].map(String);
}

/** The command that trains a run again; a network of one's own is named `network.json`. */
export function commandOf({ source, test, from, fromEpoch, options }: RunPlan): string {
  const named = Object.entries(flags).flatMap(([key, flag]) => {
    const value = options[key as keyof PlannedOptions];
    return flag === null || value === undefined ? [] : [flag, textOf(key, value)];
  });
  const goals = (options.until ?? []).flatMap(({ metric, sign, level }) => ['--until', `${metric}${sign}${level}`]);
  const words = [
    source === 'standard input' ? '-' : source,
    ...named,
    ...goals,
    ...(test ? ['--test', test.source] : []),
    ...(from ? ['--from', from] : []),
    ...(fromEpoch ? ['--from-epoch', String(fromEpoch)] : []),
    ...(options.baseline === false ? ['--no-baseline'] : []),
    ...engineWords(options.engine),
    ...(options.stream ? ['--stream'] : []),
  ];
  return `hillock train ${words.map(shellWord).join(' ')}`;
}
