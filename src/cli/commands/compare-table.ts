import { formatCount, formatDuration, formatNumber } from '../../format.ts';
import { metricNamed, tasks } from '../../train/index.ts';
import { table } from '../table.ts';
import { styled, type Terminal } from '../terminal.ts';
import type { Variant } from './compare-grid.ts';

/** One finished training of a comparison. */
export interface Trial {
  readonly seed: number;
  readonly metrics: { readonly validation: Record<string, number>; readonly test: Record<string, number> };
  readonly parameters: number;
  readonly seconds: number;
  readonly epochs: number;
}

/** A variant with its trials; `error` where it could not be trained. */
export interface Row {
  readonly settings: Variant['settings'];
  readonly trials: readonly Trial[];
  readonly error: string | null;
}

export interface Spread {
  readonly mean: number;
  /** Standard deviation over seeds; null of a single one. */
  readonly sd: number | null;
}

/** Mean and standard deviation of a metric over the trials; undefined where it was never measured. */
export function spreadOf(trials: readonly Trial[], part: 'validation' | 'test', metric: string): Spread | undefined {
  const values = trials.map(({ metrics }) => metrics[part][metric]).filter(value => value !== undefined);
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, sd: null };
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) };
}

/** The metric a comparison is decided by: what chooses the best epoch, on validation. */
export const decider = (task: keyof typeof tasks): string => tasks[task].monitor;

/** Position of the best variant by its mean validation score; −1 where none was trained. */
export function bestOf(rows: readonly Row[], metric: string): number {
  const sign = metricNamed(metric)?.better === 'higher' ? 1 : -1;
  let best = -1;
  let top = Number.NEGATIVE_INFINITY;
  rows.forEach(({ trials }, i) => {
    const spread = spreadOf(trials, 'validation', metric) ?? spreadOf(trials, 'test', metric);
    if (spread && sign * spread.mean > top) {
      top = sign * spread.mean;
      best = i;
    }
  });
  return best;
}

const shownMetrics = ['accuracy', 'auc', 'logloss', 'r2', 'rmse'];

/** The comparison as one table, the best marked. */
export function compareText(rows: readonly Row[], metric: string, seeds: number, screen: Terminal): string {
  const best = bestOf(rows, metric);
  const measured = shownMetrics.filter(name => rows.some(({ trials }) => spreadOf(trials, 'test', name)));
  const names = rows[0]?.settings.map(([name]) => name) ?? [];
  const right = (header: string) => ({ header, align: 'right' as const });
  const columns = [
    '',
    ...names.map(name => ({ header: name, max: 30, wrap: 10 })),
    right(`validation ${metric}`),
    ...measured.map(name => right(`test ${name}`)),
    { ...right('weights'), drop: 2 },
    { ...right('epochs'), drop: 3 },
    { ...right('took'), drop: 4 },
  ];
  const written = (spread: Spread | undefined): string => {
    if (!spread) return '-';
    const mean = formatNumber(spread.mean, 4);
    return spread.sd === null ? mean : `${mean} ± ${formatNumber(spread.sd, 2)}`;
  };
  const average = (trials: readonly Trial[], of: (trial: Trial) => number): number =>
    trials.reduce((sum, trial) => sum + of(trial), 0) / trials.length;
  const lines = rows.map(({ settings, trials, error }, i) => {
    const start = [i === best ? '→' : '', ...settings.map(([, value]) => value)];
    if (trials.length === 0) return [...start, error ?? '-'];
    return [
      ...start,
      written(spreadOf(trials, 'validation', metric)),
      ...measured.map(name => written(spreadOf(trials, 'test', name))),
      formatCount(average(trials, trial => trial.parameters)),
      formatNumber(
        average(trials, trial => trial.epochs),
        3,
      ),
      formatDuration(average(trials, trial => trial.seconds)),
    ];
  });
  const chosen = rows[best]?.settings.map(([name, value]) => `--${name} ${value}`).join(' ');
  const over = seeds > 1 ? `, mean ± standard deviation over ${seeds} seeds` : '';
  return [
    table(columns, lines, screen),
    '',
    chosen === undefined
      ? 'none could be trained'
      : `best by validation ${metric}${over}: ${styled(chosen, 'bold', screen)}`,
  ].join('\n');
}
