import type { ImagesSplit, Table } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import type { train } from '../../job/index.ts';
import type { Output } from '../output.ts';
import { dataText } from './train-data.ts';

type Network = Parameters<typeof train>[0];
type Options = NonNullable<Parameters<typeof train>[2]>;

/** Says what a training would be: the data, the network layer by layer, its options. Nothing is trained or written. */
export async function showPlanned(
  data: Table | ImagesSplit,
  { model, ...options }: Options & { readonly model: Network },
  out: Output,
): Promise<void> {
  const { train } = await import('../../job/index.ts');
  const { summary, summaryText } = await import('../../nn/index.ts');
  const run = train(model, data, { ...options, baseline: false });
  run.result.catch(() => undefined);
  for await (const event of run) {
    if (event.event !== 'data') continue;
    run.stop();
    const { event: name, ...fields } = event;
    const layers = summary(event.network, event.inputShape);
    out.event(name, fields);
    out.result({ ...fields, layers }, () => `${dataText(data, event, out.stdout)}\n\n${summaryText(layers)}`);
    return;
  }
  throw new HillockError('unexpected', 'the training told nothing about its data');
}
