import { judgedPart, type Report } from '../../job/index.ts';
import { isLinear } from '../../nn/index.ts';
import { metricNamed, type Scores, tasks } from '../../train/index.ts';
import { formatNumber } from '../format.ts';
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
  const part = judgedPart(report.rows);
  const own = report.metrics[part];
  const { trivial, linear } = report.baseline;
  const name = singleLine(report.baseline.name);
  const { decides: metric, headline: shown } = tasks[report.task];
  const score = (scores: Scores): string => formatNumber(Number(scores[shown]?.toFixed(4)), 4);
  const ours = `${shown} ${score(own)}`;
  const against = (scores: Scores): Comparison => compare(own, scores, metric, report.rows[part]);
  if (against(trivial) !== 'better') {
    const why =
      own.auc !== undefined && own.auc > 0.6
        ? `yet it ranks the rows (auc ${formatNumber(own.auc, 4)}), so another threshold may make it useful.`
        : isLinear(report.network)
          ? 'a linear model cannot tell the target from these columns; a network may (leave out --model linear).'
          : 'these columns do not tell the target, or there are too few rows.';
    const text = `The ${kindOf(report)} does no better than '${name}' (${ours} against ${score(trivial)}): ${why}`;
    return { text, style: 'yellow' };
  }
  if (!linear) return { text: `It is far from guessing: ${ours} against ${score(trivial)} for '${name}'.` };
  const beside = against(linear);
  const numbers = `${ours} against ${score(linear)} for a linear model and ${score(trivial)} for '${name}'`;
  if (beside === 'better') return { text: `The network is worth it: ${numbers}.`, style: 'green' };
  const choice = 'a linear model is simpler (--model linear)';
  return beside === 'even'
    ? { text: `The network and a linear model do about equally well: ${numbers}; ${choice}.` }
    : { text: `The network is not worth it here: ${numbers}; ${choice}.`, style: 'yellow' };
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
