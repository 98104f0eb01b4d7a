import { formatCount, formatPercent, formatScore } from '../../format.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';
import { styled } from '../terminal.ts';
import { singleLine } from '../width.ts';
import type { OpenModel } from './open-model.ts';
import { readHistory } from './predict-series.ts';
import { noteText } from './train-data.ts';

/** Judges a saved forecast on another file, beside naive forecasts and the run's own test part. */
export async function evaluateForecast(run: string, source: string, model: OpenModel, out: Output): Promise<void> {
  const { evaluateSeries } = await import('../../job/evaluate-series.ts');
  const { seriesToForecast } = await import('../../job/next-steps.ts');
  const { spec, report } = model;
  const history = await readHistory(source);
  const set = seriesToForecast(spec, history);
  if (!out.json) for (const note of set.notes.slice(0, 10)) out.message(`note: ${noteText(note)}`);
  out.event('data', { series: set.series.length, notes: set.notes.slice(0, 200) });
  const judged = await evaluateSeries(spec, model.predictor, set);
  const seen = report?.fingerprint === history.fingerprint;
  const { scores, baselines, coverage, windows, steps } = judged;
  const fields = {
    run,
    source,
    target: spec.target.name,
    task: spec.target.task,
    rows: windows,
    steps,
    metrics: scores,
    baselines,
    coverage,
    seenInTraining: seen,
  };
  out.result(fields, () => {
    const own = report?.forecast?.rolling.test.scores;
    const beside = Object.entries(baselines);
    const right = (header: string) => ({ header: singleLine(header), align: 'right' as const, wrap: 8 });
    const names = Object.keys(scores);
    const body = table(
      ['', right('here'), ...beside.map(([name]) => right(name)), ...(own ? [right("the run's test part")] : [])],
      names.map(name => [
        name,
        formatScore(name, scores[name]),
        ...beside.map(([, other]) => formatScore(name, other[name])),
        ...(own ? [formatScore(name, own[name])] : []),
      ]),
      out.stdout,
    );
    return [
      `${styled(singleLine(source), 'bold', out.stdout)}: ${formatCount(steps)} steps of ${singleLine(spec.target.name)} from ${formatCount(windows)} origins, each with its past known`,
      body,
      ...(coverage
        ? [`The ${formatPercent(coverage.level)} interval holds ${formatPercent(coverage.share)} of the true values.`]
        : []),
      ...(seen ? ['This is the data the run was trained on: the scores flatter, see those of its test part.'] : []),
    ].join('\n\n');
  });
}
