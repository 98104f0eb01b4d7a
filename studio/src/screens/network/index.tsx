import './network.css';
import { useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { picturesPerSecond, wanted } from '../../lab/client.ts';
import { shown, whole } from '../../state/format.ts';
import { transport } from '../../state/transport.ts';
import { pause, play, reseed, rewind, stepEpoch, stepOnce } from './actions.ts';
import { DataPanel } from './DataPanel.tsx';
import { Design } from './Design.tsx';
import { Keep } from './Keep.tsx';
import { LossCurve, Output } from './Output.tsx';
import { followSetup } from './setup.ts';
import { seed, settled } from './state.ts';
import { Timeline, Training, Trouble } from './Training.tsx';

const waiting = {
  nothing: undefined,
  play: 'The network is opening, then it plays …',
  step: 'The network is opening, then it steps …',
};

/** A network that learns in the page. */
export default function Network() {
  useEffect(followSetup, []);
  useSignalEffect(() => {
    const frame = settled.value;
    transport.value = {
      where: frame?.playing
        ? `in this page · ${whole(frame.samplesPerSecond)} samples/s · ${picturesPerSecond.value} pictures/s`
        : 'in this page',
      playing: frame?.playing || wanted.value === 'play',
      waits: waiting[wanted.value ?? 'nothing'],
      play,
      pause,
      step: stepOnce,
      stepEpoch,
      rewind,
      reseed,
      seed: seed.value,
      figures: [
        {
          name: 'epoch',
          value: shown(frame?.epoch ?? 0, 4),
          says: 'How often the network has seen all samples to learn from.',
        },
        { name: 'loss', value: shown(frame?.train), says: 'Mean loss on the samples to learn from.' },
        {
          name: 'test',
          value: Number.isNaN(frame?.test) ? '–' : shown(frame?.test),
          says: 'Mean loss on the samples that nothing is learned from.',
        },
      ],
    };
  });
  return (
    <>
      <header class="title">
        <h1>A network</h1>
        <p class="lead">
          Many neurons in layers: each bends the plane a little, the last one puts the pieces together. Press play, or
          step, and watch every weight.
        </p>
      </header>
      <Trouble />
      <div class="network-grid">
        <div class="column">
          <DataPanel />
        </div>
        <div class="column">
          <Design />
          <Timeline />
          <Training />
          <Keep />
        </div>
        <div class="column">
          <Output />
          <LossCurve />
        </div>
      </div>
    </>
  );
}
