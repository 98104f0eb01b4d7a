import type { ImagesSplit, Table } from '../../data/index.ts';
import { formatCount, formatNumber } from '../../format.ts';
import type { TrainEvent } from '../../job/index.ts';
import { kindOf, type NetworkSpec } from '../../nn/index.ts';
import { tasks } from '../../train/index.ts';
import type { Output } from '../output.ts';
import type { Progress } from '../progress.ts';
import { dataText } from './train-data.ts';

const counted = (count: number, what: string): string => `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
const most = (count: number, what: string): string => `${count === 1 ? '' : 'at most '}${counted(count, what)}`;

interface EpochMean {
  readonly epoch: number;
  readonly sum: number;
  readonly steps: number;
}

/** The loss over the steps of an epoch so far; an event stands for the steps since the one before. */
function withLoss(mean: EpochMean, { epoch, loss }: { epoch: number; loss: number }, steps: number): EpochMean {
  const { sum, steps: before } = mean.epoch === epoch ? mean : { sum: 0, steps: 0 };
  return { epoch, sum: sum + loss * steps, steps: before + steps };
}

/** A network in a few words: 8 members × [64, 64] silu, or convolutions [16, 16, 32, 32] relu. */
function networkText({ layers, members = 1 }: NetworkSpec): string {
  const hidden = layers.slice(0, -1);
  const convolutions = hidden.flatMap(layer => ('filters' in layer ? [layer.filters] : []));
  const units = hidden.flatMap(layer => (layer.kind === 'dense' ? [layer.units] : []));
  const recurrent = hidden.flatMap(layer =>
    kindOf(layer).recurrence && 'units' in layer ? [`${layer.kind} [${layer.units}]`] : [],
  );
  const names = hidden.flatMap(layer =>
    'activation' in layer && layer.activation !== 'linear' ? [layer.activation] : [],
  );
  const parts = [
    ...(convolutions.length > 0 ? [`convolutions [${convolutions.join(', ')}]`] : []),
    ...recurrent,
    ...(units.length > 0 ? [`[${units.join(', ')}]`] : []),
  ];
  const one = parts.length === 0 ? 'no hidden layer' : [parts.join(', '), ...new Set(names)].join(' ');
  return members > 1 ? `${members} members × ${one}` : one;
}

/** What is known of a run before it starts. */
export interface Told {
  readonly resumed: boolean;
  /** Whether a linear model is trained beside the network. */
  readonly compares: boolean;
  /** What a person waits for before the first step; absent = nothing that takes long. */
  readonly awaits?: string | undefined;
}

/** Tells a person what happens in a run: what was read, then a progress line with loss and validation score. */
export function narrator(
  out: Output,
  data: Table | ImagesSplit,
  { resumed, compares, awaits }: Told,
): (event: TrainEvent) => void {
  let progress: Progress | undefined;
  let last = 0;
  let network = '';
  let mean = { epoch: 0, sum: 0, steps: 0 };
  let judged = '';
  let headline = '';
  return event => {
    switch (event.event) {
      case 'data':
        out.data(dataText(data, event, out.stdout));
        if (awaits) out.message(awaits);
        network = networkText(event.network);
        headline = tasks[event.target.task].headline;
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
            `\nnetwork: ${network}, ${counted(event.parameters, 'parameter')}\n` +
              `training on ${event.device}: ${most(event.epochs, 'epoch')} of ${counted(event.stepsPerEpoch, 'step')} with ${counted(event.batch, 'row')}${from}`,
          );
        }
        last = event.step;
        progress = out.progress('training', event.epochs * event.stepsPerEpoch, event.step);
        break;
      }
      case 'step':
        mean = withLoss(mean, event, event.step - last);
        last = event.step;
        progress?.update(last, `epoch ${event.epoch}  loss ${formatNumber(mean.sum / mean.steps, 3)}${judged}`);
        break;
      case 'epoch': {
        const score = event.validation[headline];
        if (score !== undefined) judged = `  validation ${headline} ${formatNumber(score, 4)}`;
        break;
      }
      case 'result':
        progress?.end();
        break;
      default:
    }
  };
}
