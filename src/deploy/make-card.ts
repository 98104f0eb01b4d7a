import { judgedPart, type Report } from '../job/index.ts';
import type { ModelSpec } from '../model/index.ts';
import { metricNamed } from '../train/index.ts';
import { version } from '../version.ts';
import { type CardContent, type CardInput, type CardMetric, type ClassScores, cardKind, type Share } from './card.ts';
import { type Gate, scoresOf } from './gate.ts';
import { level, methods, wilson } from './interval.ts';
import { limitsOf } from './limits.ts';

export interface CardParts {
  readonly name: string;
  readonly spec: ModelSpec;
  readonly report: Report;
  readonly gate: Gate;
  readonly inputs: readonly CardInput[];
  readonly model: { readonly file: string; readonly sha256: string; readonly bytes: number };
}

/** The card of a model, but for the files beside it. */
export function modelCard({ name, spec, report, gate, inputs, model }: CardParts): CardContent {
  const { trivial, linear } = report.baseline;
  const { forecast } = report;
  const metrics = scoresOf(report).map((scored): CardMetric => {
    const { about, better } = metricNamed(scored.metric)!;
    const beside = (scores: Report['baseline']['linear']): number | null => scores?.[scored.metric] ?? null;
    return { ...scored, about, better, trivial: beside(trivial), linear: beside(linear) };
  });
  const classScores = report.confusion && report.classes && scoresOfClasses(report.classes, report.confusion);
  return {
    kind: cardKind,
    version: 1,
    name,
    created: new Date().toISOString(),
    hillock: version,
    model: { ...model, parameters: report.parameters, created: report.created },
    task: report.task,
    target: report.target,
    classes: report.classes,
    inputs,
    data: pick(report, ['source', 'testSource', 'fingerprint', 'rows', 'split', 'columns', 'warnings']),
    training: pick(report, [
      'network',
      'epochs',
      'bestEpoch',
      'stopped',
      'seed',
      'seconds',
      'device',
      'environment',
      'options',
    ]),
    part: judgedPart(report.rows),
    gate,
    confidence: level,
    methods,
    metrics,
    trivial: report.baseline.name,
    classScores,
    residuals: report.residuals,
    forecast: forecast && {
      ...pick(forecast, ['horizon', 'window', 'step', 'series', 'known', 'past', 'fixed', 'coverage']),
      baselines: forecast.rolling.test.baselines,
    },
    limits: limitsOf(spec, report, metrics, classScores),
  };
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map(name => [name, from[name]])) as Pick<T, K>;
}

function scoresOfClasses(classes: readonly string[], counts: readonly (readonly number[])[]): readonly ClassScores[] {
  const share = (hits: number, rows: number): Share | null =>
    rows === 0 ? null : { value: hits / rows, interval: wilson(hits / rows, rows) };
  return classes.map((label, k) => {
    const rows = counts[k]!.reduce((sum, count) => sum + count, 0);
    const said = counts.reduce((sum, row) => sum + row[k]!, 0);
    const hits = counts[k]![k]!;
    return { label, rows, recall: share(hits, rows), precision: share(hits, said) };
  });
}
