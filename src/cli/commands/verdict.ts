import { judgedPart, type Report } from '../../job/index.ts';
import type { Scores } from '../../train/index.ts';
import { formatNumber } from '../format.ts';
import { styled, type Terminal } from '../terminal.ts';
import { singleLine } from '../width.ts';

/** Whether `better` is better than `other` by more than chance explains; `better` is higher-is-better. */
type Comparison = 'better' | 'even' | 'worse';

/** A sentence or two on whether the network is worth it beside the trivial answer and the linear model. */
export function verdict(report: Report, screen: Terminal): string {
  const part = judgedPart(report.rows);
  const own = report.metrics[part];
  const { trivial, linear, name } = report.baseline;
  const metric = report.task === 'regression' ? 'rmse' : 'accuracy';
  const shown = report.task === 'regression' ? 'r2' : 'accuracy';
  const score = (scores: Scores): string => formatNumber(scores[shown], 4);
  const ours = `${shown} ${score(own)}`;
  const against = (scores: Scores): Comparison => compare(own, scores, metric, report.rows[part]);
  const plain = against(trivial);
  if (plain !== 'better') {
    const ranked = own.auc !== undefined && own.auc > 0.6;
    return styled(
      `The ${kindOf(report)} does no better than answering '${singleLine(name)}' (${ours} against ${score(trivial)}): ` +
        (ranked
          ? `yet it ranks the rows (auc ${formatNumber(own.auc, 4)}), so another threshold may make it useful.`
          : 'these columns do not tell the target, or there are too few rows.'),
      'yellow',
      screen,
    );
  }
  if (!linear) {
    return `It is far from guessing: ${ours} against ${score(trivial)} for '${singleLine(name)}'.`;
  }
  const beside = against(linear);
  const numbers = `${ours} against ${score(linear)} for a linear model and ${score(trivial)} for '${singleLine(name)}'`;
  if (beside === 'better') return styled(`The network is worth it: ${numbers}.`, 'green', screen);
  const choice = 'a linear model is simpler (--model linear)';
  return beside === 'even'
    ? `The network and a linear model do about equally well: ${numbers}; ${choice}.`
    : styled(`The network is not worth it here: ${numbers}; ${choice}.`, 'yellow', screen);
}

const kindOf = ({ network }: Report): string => (network.layers.length === 1 ? 'linear model' : 'network');

/** Compares by accuracy beyond one standard error of the difference, or by rmse beyond one part in a hundred. */
function compare(own: Scores, other: Scores, metric: 'accuracy' | 'rmse', rows: number): Comparison {
  const mine = own[metric] ?? 0;
  const theirs = other[metric] ?? 0;
  const gain = metric === 'rmse' ? theirs - mine : mine - theirs;
  const noise = metric === 'rmse' ? 0.01 * theirs : Math.sqrt((mine * (1 - mine) + theirs * (1 - theirs)) / (2 * rows));
  return gain > noise ? 'better' : gain < -noise ? 'worse' : 'even';
}
