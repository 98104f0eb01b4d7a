/** Which strategy to take, and why. */
import { gpuCount } from './cluster.ts';
import type { Plan, PlanRow } from './plan-row.ts';
import { complexity } from './strategy.ts';

/** A simpler strategy is taken where it is at most so much slower. */
const tolerance = 1.02;

/**
 * The quickest of those that fit when no traffic is hidden behind computing: how much is depends on software that a plan does not
 * know.
 */
export function chosen(rows: readonly PlanRow[]): PlanRow | null {
  const fitting = rows.filter(({ fits }) => fits);
  if (fitting.length === 0) return null;
  const least = Math.min(...fitting.map(({ unhidden }) => unhidden));
  return fitting
    .filter(({ unhidden }) => unhidden <= tolerance * least)
    .reduce((a, b) => (complexity(b.strategy) < complexity(a.strategy) ? b : a));
}

const longer = (seconds: number, than: number): string => `${(100 * (seconds / than - 1)).toFixed(1)} % longer`;
const percent = (share: number): string => `${Math.round(100 * share)} %`;

export function reasons({ rows, recommended, cluster }: Omit<Plan, 'why'>): readonly string[] {
  const { gpu } = cluster;
  const alone = rows.find(({ gpus }) => gpus === 1);
  if (!recommended) {
    const least = rows[0]!;
    const times = (least.bytes / gpu.memory).toFixed(1);
    return [`nothing fits: ${least.name} needs least, ${times} times the memory of a ${gpu.name}`];
  }
  const said: string[] = [];
  if (alone && gpuCount(cluster) > 1)
    said.push(
      alone.fits
        ? `the job fits one ${gpu.name} whole`
        : `one ${gpu.name} does not hold it: at least ${(alone.bytes / gpu.memory).toFixed(1)} of them are needed`,
    );
  if (recommended.gpus === 1 && gpuCount(cluster) > 1)
    said.push('one GPU alone is the fastest: what more of them would send takes longer than what they would save');
  const { seconds } = recommended;
  const waits = (['bubble', 'tensor', 'pipeline', 'data'] as const).filter(
    part => seconds[part] > 0.01 * seconds.total,
  );
  const named = { bubble: 'pipeline bubble', tensor: 'tensor', pipeline: 'stages', data: 'gradient synchronization' };
  said.push(
    waits.length === 0
      ? 'nearly all of its step is computing'
      : `of its step not computing: ${waits.map(part => `${named[part]} ${percent(seconds[part] / seconds.total)}`).join(', ')}`,
  );
  const { unhidden } = recommended;
  if (unhidden > 1.01 * seconds.total)
    said.push(`where no traffic is hidden behind computing its step is ${longer(unhidden, seconds.total)}`);
  const fastest = rows[0]!;
  if (fastest !== recommended && seconds.total > 1.005 * fastest.seconds.total)
    said.push(
      fastest.unhidden > tolerance * unhidden
        ? `${fastest.name} is quicker where all its traffic is hidden (this one ${longer(seconds.total, fastest.seconds.total)}), slower where none is (${longer(fastest.unhidden, unhidden)})`
        : `simpler than ${fastest.name}, and ${longer(seconds.total, fastest.seconds.total)}`,
    );
  const next = rows.find(row => row.fits && row !== recommended);
  if (fastest === recommended && next) said.push(`next, ${next.name}: ${longer(next.seconds.total, seconds.total)}`);
  const tight = rows.filter(({ fits }) => !fits).length;
  if (tight > 0) said.push(`${tight} of ${rows.length} strategies do not fit`);
  return said;
}
