import { HillockError } from '../../errors.ts';
import type { Goal } from '../../train/index.ts';

/** Levels of metrics, such as `accuracy>=0.97`, given to an option. */
export async function goalsOf(texts: readonly string[], option: string): Promise<Goal[]> {
  const { metricNamed, metrics } = await import('../../train/metric.ts');
  const { didYouMean } = await import('../../errors.ts');
  return texts.map(given => {
    const [, metric, sign, level] = /^\s*([a-z0-9_]+)\s*(>=|<=|≥|≤)\s*(-?[\d.]+(?:e-?\d+)?)\s*$/i.exec(given) ?? [];
    if (metric === undefined || !Number.isFinite(Number(level))) {
      throw new HillockError(
        'usage',
        `${option} ${JSON.stringify(given)} is not a goal`,
        "write it like 'accuracy>=0.97' or 'rmse<=2.5', in quotation marks",
      );
    }
    if (!metricNamed(metric)) {
      const names = metrics.map(({ name }) => name);
      const near = didYouMean(metric, names);
      throw new HillockError(
        'usage',
        `${option}: there is no metric '${metric}'`,
        near ? `did you mean ${near}?` : `there are ${names.join(', ')}`,
      );
    }
    const { better, range } = metricNamed(metric)!;
    const least = sign === '>=' || sign === '≥';
    if (least !== (better === 'higher'))
      throw new HillockError(
        'usage',
        `${option} ${JSON.stringify(given)} asks for a bad model: ${metric} is better the ${better} it is`,
        `write '${metric}${least ? '<=' : '>='}${level}'`,
      );
    if (Number(level) < range[0] || Number(level) > range[1])
      throw new HillockError(
        'usage',
        `${option} ${JSON.stringify(given)} could never be reached: ${metric} lies between ${range[0]} and ${range[1]}`,
        range[1] === 1 && Number(level) <= 100 ? `is '${metric}${sign}${Number(level) / 100}' meant?` : undefined,
      );
    return { metric, sign: sign === '>=' || sign === '≥' ? '>=' : '<=', level: Number(level) };
  });
}

/** Refuses goals that the task has no metric for. */
export async function checkGoals(goals: readonly Goal[] | undefined, task: string, option = '--until'): Promise<void> {
  const { metrics } = await import('../../train/metric.ts');
  const usable = metrics.filter(metric => (metric.tasks as readonly string[]).includes(task)).map(({ name }) => name);
  const wrong = goals?.find(({ metric }) => !usable.includes(metric));
  if (!wrong) return;
  throw new HillockError(
    'usage',
    `${option}: a ${task} task has no ${wrong.metric}, so it could never be reached`,
    `there are ${usable.join(', ')}`,
  );
}
