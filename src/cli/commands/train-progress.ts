import type { ImagesSplit, Table } from '../../data/index.ts';
import type { TrainEvent } from '../../job/index.ts';
import { formatCount, formatNumber } from '../format.ts';
import type { Output } from '../output.ts';
import type { Progress } from '../progress.ts';
import { dataText } from './train-data.ts';

const favourites = ['accuracy', 'r2', 'auc', 'rmse'];

const counted = (count: number, what: string): string => `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
const most = (count: number, what: string): string => `${count === 1 ? '' : 'at most '}${counted(count, what)}`;

/** What is known of a run before it starts. */
export interface Told {
  readonly resumed: boolean;
  /** Whether a linear model is trained beside the network. */
  readonly compares: boolean;
}

/** Tells a person what happens in a run: what was read, then a progress line with loss and validation score. */
export function narrator(
  out: Output,
  data: Table | ImagesSplit,
  { resumed, compares }: Told,
): (event: TrainEvent) => void {
  let progress: Progress | undefined;
  let first = 0;
  let judged = '';
  let loss = Number.NaN;
  return event => {
    switch (event.event) {
      case 'data':
        out.data(dataText(data, event, out.stdout));
        if (compares) out.progress('training a linear model to compare with').update(0);
        break;
      case 'notice':
        out.message(`note: ${event.message}`);
        break;
      case 'start': {
        if (!out.json) {
          const again = event.step > 0 ? `, going on at step ${formatCount(event.step + 1)}` : '';
          const from = resumed && event.step === 0 ? ', from the beginning: there is no checkpoint yet' : again;
          out.data(
            `\ntraining ${formatCount(event.parameters)} parameters on ${event.device}, ` +
              `${most(event.epochs, 'epoch')} of ${counted(event.stepsPerEpoch, 'step')} with ${counted(event.batch, 'row')}${from}`,
          );
        }
        first = event.step;
        progress = out.progress('training', event.epochs * event.stepsPerEpoch - event.step);
        break;
      }
      case 'step':
        loss = event.loss;
        progress?.update(event.step - first, `epoch ${event.epoch}  loss ${formatNumber(loss, 3)}${judged}`);
        break;
      case 'epoch': {
        const name = favourites.find(metric => metric in event.validation);
        if (name) judged = `  validation ${name} ${formatNumber(event.validation[name], 4)}`;
        break;
      }
      case 'result':
        progress?.end();
        break;
      default:
    }
  };
}
