/** Whether a run is good enough to be used. */
import { judgedPart, type Report } from '../job/index.ts';
import { type Goal, goalsReached, metricNamed, type Part } from '../train/index.ts';
import { type Interval, intervalOf } from './interval.ts';

/** A score of the part that a run is judged by. */
export interface Scored {
  readonly metric: string;
  readonly value: number;
  readonly interval: Interval | null;
}

/** One condition, and what was found; null where the metric is not defined on the part. */
export interface Judgement extends Goal {
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly holds: boolean;
}

export interface Gate {
  readonly part: Part;
  readonly rows: number;
  readonly judgements: readonly Judgement[];
  readonly passed: boolean;
}

/** Every score of the part that a run is judged by, with what is known of it. */
export function scoresOf(report: Report): readonly Scored[] {
  const part = judgedPart(report.rows);
  return Object.entries(report.metrics[part]).flatMap(([metric, value]): Scored[] => {
    const known = metricNamed(metric);
    if (!known || !Number.isFinite(value)) return [];
    return [{ metric, value, interval: intervalOf(known, value, report.rows[part], report.standardErrors?.[metric]) }];
  });
}

/** Holds a run's scores against conditions; all must hold. */
export function judge(report: Report, goals: readonly Goal[]): Gate {
  const part = judgedPart(report.rows);
  const scores = scoresOf(report);
  const judgements = goals.map((goal): Judgement => {
    const found = scores.find(({ metric }) => metric === goal.metric);
    const { value = null, interval = null } = found ?? {};
    return { ...goal, value, interval, holds: goalsReached([goal], report.metrics[part]) };
  });
  return { part, rows: report.rows[part], judgements, passed: judgements.every(({ holds }) => holds) };
}
