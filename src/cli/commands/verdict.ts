import { formatNumber } from '../../format.ts';
import { type ForecastReport, judgedPart, type Report, thingsOf } from '../../job/index.ts';
import { isLinear } from '../../nn/index.ts';
import { metricNamed, type Scores, tasks } from '../../train/index.ts';
import type { Style } from '../terminal.ts';
import { singleLine } from '../width.ts';

/** How one set of scores stands to another, beyond what chance explains. */
type Comparison = 'better' | 'even' | 'worse';

/** What is said, and how. */
export interface Verdict {
  readonly text: string;
  readonly style?: Style;
}

/** A sentence or two on whether the network is worth it beside the trivial answer and the linear model. */
export function verdict(report: Report): Verdict {
  const { text, style } = judged(report);
  const more = report.forecast ? forecastRemarks(report, report.forecast) : [];
  const warned = more.some(({ warns }) => warns);
  return {
    text: [text, ...more.map(remark => remark.text)].join(' '),
    ...(warned ? { style: 'yellow' } : style ? { style } : {}),
  };
}

interface Remark {
  readonly text: string;
  readonly warns: boolean;
}

/** What the errors from every origin do not tell: who is better at a whole test part that nobody saw, and what the network added. */
function forecastRemarks({ bestEpoch, network }: Report, { fixed }: ForecastReport): readonly Remark[] {
  const remarks: Remark[] = [];
  const rivals = Object.entries(fixed?.baselines ?? {}).filter(([, { mae }]) => mae !== undefined);
  const [best] = rivals.sort(([, a], [, b]) => a.mae! - b.mae!);
  if (fixed && best && compare(fixed.scores, best[1], 'mae', fixed.steps) === 'worse') {
    const [name, { mae }] = best;
    const numbers = `mae ${formatNumber(mae!, 4)} against ${formatNumber(fixed.scores.mae!, 4)}`;
    const text = `Over the whole test part from its beginning, none of it seen, '${singleLine(name)}' is better: ${numbers}.`;
    remarks.push({ text, warns: true });
  }
  if (bestEpoch === 1 && !isLinear(network)) {
    const text = 'The first epoch was the best: nearly all of it is the forecast that the network starts from.';
    remarks.push({ text, warns: false });
  }
  return remarks;
}

function judged(report: Report): Verdict {
  const part = judgedPart(report.rows);
  const own = report.metrics[part];
  const { trivial, linear } = report.baseline;
  const name = singleLine(report.baseline.name);
  const { decides: metric, headline: shown } = tasks[report.task];
  const score = (scores: Scores): string => formatNumber(Number(scores[shown]?.toFixed(4)), 4);
  const ours = `${shown} ${score(own)}`;
  const against = (scores: Scores): Comparison => compare(own, scores, metric, report.rows[part]);
  if (against(trivial) !== 'better') {
    const things = thingsOf(report);
    const learned = things === 'rows' ? 'columns' : things;
    const why =
      own.auc !== undefined && own.auc > 0.6
        ? `yet it ranks the ${things} (auc ${formatNumber(own.auc, 4)}), so another threshold may make it useful.`
        : isLinear(report.network)
          ? `a linear model cannot tell the target from these ${learned}; a network may (leave out --model linear).`
          : `these ${learned} do not tell the target, or there are too few ${things}.`;
    const text = `The ${kindOf(report)} does no better than '${name}' (${ours} against ${score(trivial)}): ${why}`;
    return { text, style: 'yellow' };
  }
  if (!linear) return { text: `It is far from guessing: ${ours} against ${score(trivial)} for '${name}'.` };
  const beside = against(linear);
  const rival = report.forecast ? 'linear autoregression' : 'linear model';
  const numbers = `${ours} against ${score(linear)} for a ${rival} and ${score(trivial)} for '${name}'`;
  const kind = kindOf(report);
  if (beside === 'better') return { text: `The ${kind} is worth it: ${numbers}.`, style: 'green' };
  const choice = report.forecast ? 'that is simpler' : 'a linear model is simpler (--model linear)';
  return beside === 'even'
    ? { text: `The ${kind} and a ${rival} do about equally well: ${numbers}; ${choice}.` }
    : { text: `The ${kind} is not worth it here: ${numbers}; ${choice}.`, style: 'yellow' };
}

const kindOf = ({ network }: Report): string => (isLinear(network) ? 'linear model' : 'network');

/** Compares by a share beyond one standard error of the difference, or by an error beyond one part in a hundred. */
function compare(own: Scores, other: Scores, metric: string, rows: number): Comparison {
  const mine = own[metric] ?? 0;
  const theirs = other[metric] ?? 0;
  const isShare = metricNamed(metric)?.better === 'higher';
  const gain = isShare ? mine - theirs : theirs - mine;
  const noise = isShare ? Math.sqrt((mine * (1 - mine) + theirs * (1 - theirs)) / (2 * rows)) : 0.01 * theirs;
  return gain > noise ? 'better' : gain < -noise ? 'worse' : 'even';
}
