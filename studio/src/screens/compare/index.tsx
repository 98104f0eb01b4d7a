import { bound } from '../../parts/bound.ts';
import '../../parts/work.css';
import './compare.css';
import { useEffect, useId } from 'preact/hooks';
import { Button } from '../../parts/Button.tsx';
import { Switch } from '../../parts/Choice.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { loadSystem } from '../../state/system.ts';
import { freshAddressOf } from '../../state/url.ts';
import { builtIn } from '../data/state.ts';
import { Overlay } from './Overlay.tsx';
import { PairPart } from './PairPart.tsx';
import { Runs } from './Runs.tsx';
import { Settings } from './Settings.tsx';
import {
  answer,
  bySeed,
  chosen,
  columns,
  count,
  filter,
  loadPair,
  loadPicked,
  loadRuns,
  onlyDifferences,
  picked,
  runs,
  shownColumns,
} from './state.ts';

const watching = 5000;

/** Many runs side by side: what made the difference. */
export default function Compare() {
  useEffect(() => {
    void loadSystem().catch(() => undefined);
    void loadRuns();
    const again = setInterval(() => {
      if (runs.peek().some(({ state }) => state === 'training')) void loadRuns();
    }, watching);
    return () => clearInterval(again);
  }, []);
  useEffect(() => void loadPicked(), [picked.value, runs.value]);
  useEffect(loadPair, [picked.value]);
  const trouble = answer.trouble.value;
  return (
    <>
      <header class="title">
        <h1>Compare</h1>
        <p class="lead">Many runs side by side: what made the difference.</p>
      </header>
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {answer.value.value && runs.value.length === 0 && <Nothing />}
      {runs.value.length > 0 && (
        <div class="compare">
          <Section id="runs" title={`${whole(count.value)} of ${whole(runs.value.length)} runs`} aside={<Columns />}>
            <Tools />
            <Runs />
          </Section>
          <Settings />
          {picked.value.length > 0 && (
            <Section
              id="overlay"
              title="Their curves"
              aside={
                <Button
                  onClick={() => {
                    picked.value = [];
                  }}
                  says="Takes every run out of the picture."
                >
                  None
                </Button>
              }
            >
              <Overlay />
            </Section>
          )}
          <PairPart />
          {picked.value.length === 0 && (
            <p class="lead">Tick runs to lay their curves over one another; two of them are compared in full.</p>
          )}
        </div>
      )}
    </>
  );
}

function Tools() {
  const id = useId();
  return (
    <div class="row tools">
      <div class="field">
        <label for={id}>Find</label>
        <input
          id={id}
          type="search"
          value={filter.value}
          placeholder="adam batch=32"
          onInput={event => {
            filter.value = event.currentTarget.value;
          }}
          {...says('Words that a run must have in its name, target or settings, such as adam or batch=32. Key: /.')}
        />
      </div>
      <Switch
        label="Only differences"
        {...bound(onlyDifferences)}
        says="Hides the columns in which all runs are the same."
      />
      <Switch
        label="Seeds together"
        {...bound(bySeed)}
        says="Puts runs that differ in their seed alone into one line, with mean ± standard deviation."
      />
    </div>
  );
}

/** Which columns the table has. */
function Columns() {
  const shown = new Set(shownColumns.value.map(({ name }) => name));
  const now =
    chosen.value.length > 0
      ? new Set(chosen.value)
      : new Set(columns.value.flatMap(({ name, usual }) => (usual ? [name] : [])));
  return (
    <details class="columns">
      <summary {...says('Which columns the table has; the choice is kept.')}>Columns ({shown.size})</summary>
      <fieldset>
        <legend class="reader">Columns of the table</legend>
        {columns.value.map(({ name, says: what }) => (
          <Switch
            key={name}
            label={name}
            value={now.has(name)}
            onChange={value => {
              chosen.value = columns.value.map(one => one.name).filter(one => (one === name ? value : now.has(one)));
            }}
            says={what}
          />
        ))}
        <Button
          onClick={() => {
            chosen.value = [];
          }}
          says="Back to the columns that are there at first."
        >
          Usual columns
        </Button>
      </fieldset>
    </details>
  );
}

/** Before anything is trained: how to get there. */
function Nothing() {
  return (
    <section class="section" aria-label="No run yet">
      <h2>No run yet</h2>
      <p>
        <a href={freshAddressOf('train', { data: builtIn })}>Train one on built-in data</a>, or several in a terminal:{' '}
        <code>hillock compare demo:moons --vary activation=relu,tanh --out runs</code>
      </p>
    </section>
  );
}
