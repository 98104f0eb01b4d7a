import './lens.css';
import { bound } from '../../parts/bound.ts';
import { Segments } from '../../parts/Choice.tsx';
import { Filter } from './Filter.tsx';
import { Memory } from './Memory.tsx';
import { OfRun } from './OfRun.tsx';
import { view } from './state.ts';

const parts = { filter: () => <Filter />, memory: () => <Memory />, run: () => <OfRun /> };

/** What convolutional and recurrent layers do, number by number. */
export default function Lens() {
  return (
    <>
      <header class="title">
        <h1>Lens</h1>
        <p class="lead">
          Two neurons of another build: one that moves over a picture, and one that goes through time with its own
          output as an input.
        </p>
      </header>
      <div class="row">
        <Segments
          label="Look at"
          {...bound(view)}
          options={[
            { value: 'filter', title: 'a filter over a picture (CNN)' },
            { value: 'memory', title: 'a unit over time (RNN)' },
            { value: 'run', title: 'a trained network' },
          ]}
          says="Convolutional layers share weights over places, recurrent ones over time."
        />
      </div>
      <div class={`lens-grid ${view.value}`}>{parts[view.value]()}</div>
    </>
  );
}
