import { bound } from '../../parts/bound.ts';
import '../../parts/work.css';
import './train.css';
import { useEffect } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { Button } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { shown } from '../../state/format.ts';
import { loadSystem } from '../../state/system.ts';
import { transport } from '../../state/transport.ts';
import * as data from '../data/state.ts';
import { loadReport } from '../data/state.ts';
import { Course } from './Course.tsx';
import { Form } from './Form.tsx';
import { followed, thingsOf } from './follow.ts';
import { Status } from './Status.tsx';
import {
  act,
  begin,
  loadPlan,
  loadRuns,
  needsTarget,
  plan,
  request,
  run,
  runs,
  startTrouble,
  unknownRun,
} from './state.ts';
import { followWhenSeen, goOn, refollow, unfollow } from './watch.ts';

/** Training on this machine. */
export default function Train() {
  useEffect(() => {
    void loadSystem().catch(() => undefined);
    void loadRuns().catch(() => undefined);
    return unfollow;
  }, []);
  useEffect(followWhenSeen, []);
  useEffect(() => void loadReport(), [data.source.value, data.target.value]);
  useEffect(() => {
    const soon = setTimeout(() => void loadPlan(), plan.value.peek() ? 450 : 0);
    return () => clearTimeout(soon);
  }, [JSON.stringify(request.value), data.report.value.value, needsTarget.value]);
  useEffect(() => {
    if (run.value === '') followed.value = undefined;
    refollow();
  }, [run.value]);
  useEffect(() => play());
  const monitor = followed.value?.data?.options.monitor ?? plan.value.value?.options.monitor ?? 'logloss';
  const trouble = startTrouble.value;
  const unknown = unknownRun.value;
  return (
    <>
      <header class="title">
        <h1>Train</h1>
        <p class="lead">
          On this machine, by the same program as <code>hillock train</code>: every run is a folder that the command
          line reads, too.
        </p>
      </header>
      <div class="tools">
        <Button
          primary
          disabled={plan.trouble.value !== undefined || needsTarget.value}
          onClick={() => void begin()}
          says="Starts a new training with these options; it goes on when this page is closed."
        >
          Start training
        </Button>
        <Choice
          label="Shown"
          {...bound(run)}
          options={[
            { value: '', title: runs.value.length > 0 ? 'choose a run' : 'no run yet' },
            ...(run.value && !runs.value.some(({ id }) => id === run.value)
              ? [{ value: run.value, title: run.value }]
              : []),
            ...runs.value.map(({ id, state }) => ({
              value: id,
              title: state === 'finished' ? id : `${id} (${state})`,
            })),
          ]}
          says="The run whose curves are shown; those of the command line are listed, too."
        />
      </div>
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      <div class="train-grid">
        <div class="stack">
          {unknown ? (
            <Problem message={unknown.message} hint="Choose a run above, or start one." />
          ) : followed.value ? (
            <>
              <Status monitor={monitor} />
              <Course monitor={monitor} />
            </>
          ) : (
            <Waiting />
          )}
        </div>
        <Form />
      </div>
    </>
  );
}

/** What will be, before anything is trained. */
function Waiting() {
  const found = plan.value.value;
  if (needsTarget.value) return <p class="lead">Choose the column that is to be predicted.</p>;
  if (plan.trouble.value || data.report.trouble.value) return <p class="lead">It cannot be trained like this yet.</p>;
  if (!found) return <p class="lead">Looking at the data…</p>;
  const { rows, target, split, options, inputs, inputShape } = found;
  return (
    <section class="section" aria-label="What will be trained">
      <h2>Ready</h2>
      <p class="ready">
        {shown(rows.train, 6)} {thingsOf(inputShape)} to learn <b>{target.name}</b> from {shown(inputs, 6)} numbers
        each, {rows.test > 0 ? `${shown(rows.test, 6)} to judge it` : 'none held out to judge it'}; at most{' '}
        {options.epochs} epochs with {options.optimizer}.
      </p>
      <p class="note">The parts: {split}.</p>
    </section>
  );
}

/** The buttons and figures of the top bar. */
function play(): void {
  const now = followed.peek();
  const last = now?.epochs.at(-1);
  const playing = now?.live === true && !now.finished;
  transport.value = {
    where: 'On this machine',
    playing,
    figures: last
      ? [
          {
            name: 'epoch',
            value: String(last.epoch),
            says: `Passes over all training ${thingsOf(now?.data?.inputShape)}.`,
          },
          {
            name: 'loss of the epoch',
            value: shown(last.loss),
            says: 'The mean training loss of the last whole epoch.',
          },
        ]
      : [],
    play: () => void (now?.failure?.kind === 'interrupted' ? goOn() : begin()),
    pause: () => void act(api.stop),
  };
}
