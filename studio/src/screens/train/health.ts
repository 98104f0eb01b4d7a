/** How a training goes, in words. */
import type { KnownMetric } from '../../state/system.ts';
import type { Epoch, Followed } from './follow.ts';

export interface Finding {
  readonly level: 'good' | 'look' | 'bad';
  readonly message: string;
}

const scoreOf = (epoch: Epoch, metric: string): number => epoch.validation[metric] ?? Number.NaN;

/** The epoch with the best validation score; undefined also where nobody knows whether more of it is better. */
export function bestEpoch(epochs: readonly Epoch[], { name: metric, better }: KnownMetric): Epoch | undefined {
  if (!better) return undefined;
  const sign = better === 'higher' ? 1 : -1;
  return epochs.reduce<Epoch | undefined>((best, epoch) => {
    const score = sign * scoreOf(epoch, metric);
    return Number.isFinite(score) && (!best || score > sign * scoreOf(best, metric)) ? epoch : best;
  }, undefined);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** What a person should know of the course of a training, the most pressing first; `forked` = it began with trained weights. */
export function findings(
  { epochs, failure, finished }: Followed,
  monitor: KnownMetric,
  forked = false,
): readonly Finding[] {
  const found: Finding[] = [];
  if (failure?.kind === 'diverged')
    found.push({
      level: 'bad',
      message: `The weights exploded: ${failure.message}.`,
    });
  const last = epochs.at(-1);
  const first = epochs[0];
  if (!last || !first || epochs.length < 4) return found;
  const { name: metric } = monitor;
  const best = bestEpoch(epochs, monitor);
  const waited = best ? last.epoch - best.epoch : 0;
  const tail = epochs.filter(({ epoch }) => best && epoch > best.epoch);
  if (best && waited >= Math.max(3, 0.2 * last.epoch) && last.loss < best.loss) {
    const worse = Math.abs(mean(tail.slice(-3).map(one => scoreOf(one, metric))) - scoreOf(best, metric));
    if (worse > 0.02 * Math.abs(scoreOf(best, metric)))
      found.push({
        level: 'look',
        message: `Over-fitting since epoch ${best.epoch}: the training loss falls, validation ${metric} does not get better. The weights of epoch ${best.epoch} are kept.`,
      });
  }
  if (last.loss > 0.98 * first.loss && !forked)
    found.push({
      level: 'look',
      message: 'The loss hardly falls: a larger learning rate or a larger network may learn more.',
    });
  const recent = epochs.slice(-6).map(({ loss }) => loss);
  const spread = (Math.max(...recent) - Math.min(...recent)) / Math.max(1e-12, mean(recent));
  if (recent.length === 6 && spread > 0.5 && recent.at(-1)! > Math.min(...recent) * 1.3)
    found.push({
      level: 'look',
      message: 'The loss jumps up and down: a smaller learning rate or larger batches calm it.',
    });
  if (finished && best?.epoch === last.epoch && epochs.length >= 10 && scoreOf(best, metric) !== monitor.best)
    found.push({ level: 'look', message: 'The last epoch is the best one: more epochs may still gain something.' });
  if (found.length === 0)
    found.push({
      level: 'good',
      message: `Nothing unusual: the loss fell from ${Number(first.loss.toPrecision(3))} to ${Number(last.loss.toPrecision(3))}${best ? `, the best validation ${metric} came in epoch ${best.epoch}` : ''}.`,
    });
  return found;
}
