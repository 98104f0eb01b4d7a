import { calmerRate } from 'hillock/lab';
import { useEffect, useRef } from 'preact/hooks';
import { diverged, frame as latest, problem, tell } from '../../lab/client.ts';
import { type Phase, phases, type Speed, type StepBy } from '../../lab/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { bound, boundWhole } from '../../parts/bound.ts';
import { Choice, Segments, Switch } from '../../parts/Choice.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { calmDown, play, stepOnce } from './actions.ts';
import { samples } from './data.ts';
import {
  batchSize,
  inPhases,
  l1,
  l2,
  learningRate,
  optimizer,
  optimizerNames,
  seed,
  settled,
  speed,
  stepBy,
} from './state.ts';

/** How it learns; every number can be changed while it does. */
export function Training() {
  return (
    <Section id="training" title="Training">
      <div class="fields two">
        <NumberField
          label="learning rate"
          {...bound(learningRate)}
          low={1e-4}
          high={10}
          step={0.1}
          least={1e-6}
          most={1e6}
          logarithmic
          says="How far each update goes; too large and training explodes."
        />
        <NumberField
          label="batch"
          {...boundWhole(batchSize)}
          low={1}
          high={100}
          step={1}
          least={1}
          most={500}
          says="How many samples each update learns from."
        />
        <NumberField
          label="L1"
          {...bound(l1)}
          low={0}
          high={0.1}
          step={0.001}
          least={0}
          most={10}
          says="Adds the sizes of the weights to the loss, so that needless ones become 0."
        />
        <NumberField
          label="L2"
          {...bound(l2)}
          low={0}
          high={0.1}
          step={0.001}
          least={0}
          most={10}
          says="Weight decay: pulls weights towards 0, so that the answer stays smooth."
        />
        <Choice
          label="optimiser"
          {...bound(optimizer)}
          options={optimizerNames.map(value => ({ value, title: value }))}
          says="How a gradient becomes an update; it can be changed while training."
        />
        <NumberField
          label="seed"
          {...boundWhole(seed)}
          step={1}
          least={0}
          says="The seed of the first weights and of the order of samples."
        />
      </div>
      <div class="row">
        <Segments<Speed>
          label="Speed"
          value={speed.value}
          options={[
            { value: 'slow', title: 'slow' },
            { value: 'normal', title: 'normal' },
            { value: 'max', title: 'max' },
          ]}
          onChange={value => {
            speed.value = value;
            if (latest.value?.playing) play();
          }}
          says="Slow: four updates a second. Normal and max: as many as fit between two pictures."
        />
        <Segments<StepBy>
          label="A step is"
          {...bound(stepBy)}
          options={[
            { value: 'sample', title: 'a sample' },
            { value: 'batch', title: 'a batch' },
            { value: 'epoch', title: 'an epoch' },
          ]}
          says="What the button Step, or the full stop, does once."
        />
      </div>
      <Phases />
    </Section>
  );
}

const meaning: Readonly<Record<Phase, string>> = {
  forward: 'The samples go through the network: each neuron has its z and its ŷ.',
  loss: 'The answers are compared with what they should be.',
  backward: 'The error goes back: each weight learns how the loss changes with it. The edges show gradients.',
  update: 'Each weight moves against its gradient.',
};

function Phases() {
  const frame = settled.value;
  const under = frame?.under;
  const first = under && samples.value[under.rows[0]!];
  return (
    <div class="phases">
      <Switch
        label="four phases"
        {...bound(inPhases)}
        says="Each press of Step then shows one phase: forward, loss, backward, update."
      />
      {inPhases.value && (
        <>
          <ol>
            {phases.map(phase => (
              <li key={phase} aria-current={under?.phase === phase ? 'step' : undefined} {...says(meaning[phase])}>
                {phase}
              </li>
            ))}
          </ol>
          <Button onClick={stepOnce} says="The next phase. Key: full stop.">
            Next phase
          </Button>
          <p class="note" role="status">
            {under
              ? `${meaning[under.phase]} ${under.rows.length === 1 && first ? `Sample at ${shown(first.x1)}, ${shown(first.x2)}, target ${shown(first.target)}.` : `${under.rows.length} samples.`} Loss ${shown(under.loss)}.`
              : 'Press Step to begin.'}
          </p>
        </>
      )}
    </div>
  );
}

/** Where training was, to go back to. */
export function Timeline() {
  const frame = settled.value;
  const list = frame?.snapshots ?? [];
  const now = Math.max(
    0,
    list.findLastIndex(({ epoch }) => epoch <= (frame?.epoch ?? 0)),
  );
  return (
    <label class="timeline">
      <span>Timeline</span>
      <input
        type="range"
        min={0}
        max={Math.max(0, list.length - 1)}
        step={1}
        value={now}
        disabled={list.length < 2}
        aria-valuetext={`epoch ${shown(list[now]?.epoch)}`}
        onInput={event => {
          tell({ kind: 'pause' });
          tell({ kind: 'restore', index: Number(event.currentTarget.value) });
        }}
        {...says('Snapshots of the weights: slide back to any of them and go on from there.')}
      />
      <span class="note">
        epoch {shown(list[now]?.epoch ?? 0)} of {shown(list.at(-1)?.epoch ?? 0)}
      </span>
    </label>
  );
}

/** Begins anew after a learning rate that was too large. */
const Rewind = ({ after }: { readonly after: number }) => (
  <Button
    primary
    onClick={() => calmDown(after, 'start')}
    says="Back to the first weights, with a smaller learning rate."
  >
    Rewind with {shown(calmerRate(after))}
  </Button>
);

/** What went wrong, why, and the way out. */
export function Trouble() {
  const found = diverged.value;
  const stuck = settled.value?.stuck;
  const host = useRef<HTMLDivElement>(null);
  const any = Boolean(problem.value ?? found ?? stuck);
  // Whoever looks at what is below would only see that nothing goes on.
  useEffect(() => {
    if (any) host.current?.scrollIntoView({ block: 'nearest' });
  }, [any]);
  return (
    <div ref={host}>
      {problem.value && <Problem message={problem.value.message} hint={problem.value.hint} />}
      {found && (
        <div class="problem" role="alert">
          <p>
            The weights exploded in epoch {shown(Math.floor(found.epoch) + 1)}: the learning rate{' '}
            {shown(found.learningRate)} is too large, so that each update overshoots and the next is larger still. The
            weights were taken back to before it; the largest is {shown(found.largest)}.
          </p>
          <div class="row">
            <Rewind after={found.learningRate} />
            <Button
              onClick={() => calmDown(found.learningRate, 'here')}
              says="Goes on from the last good step, with a smaller learning rate."
            >
              Go on with {shown(calmerRate(found.learningRate))}
            </Button>
          </div>
        </div>
      )}
      {stuck && !found && (
        <div class="problem" role="alert">
          <p>
            Nothing is learned: for {stuck.epochs} epochs and more the loss is more than {stuck.times} times that of the
            first weights ({shown(stuck.first)}). A learning rate of {shown(stuck.learningRate)} is too large: each
            update overshoots, and the weights are far from any that help.
          </p>
          <div class="row">
            <Rewind after={stuck.learningRate} />
          </div>
        </div>
      )}
    </div>
  );
}
