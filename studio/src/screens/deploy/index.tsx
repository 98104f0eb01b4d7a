import '../../parts/work.css';
import './deploy.css';
import { useEffect } from 'preact/hooks';
import { Problem } from '../../parts/Problem.tsx';
import { RunChoice } from '../../parts/RunChoice.tsx';
import { freshAddressOf } from '../../state/url.ts';
import { builtIn } from '../data/state.ts';
import { Card } from './Card.tsx';
import { EndpointPart, Snippet } from './Endpoint.tsx';
import { Exports } from './Exports.tsx';
import { Folder } from './Folder.tsx';
import { loadRun, loadRuns, ready, run, runs, shownRun, signature } from './state.ts';
import { TryIt } from './TryIt.tsx';

/** A trained network in use. */
export default function Deploy() {
  useEffect(() => void loadRuns().catch(() => undefined), []);
  useEffect(loadRun, [shownRun.value]);
  const found = signature.value.value;
  const trouble = signature.trouble.value;
  return (
    <>
      <header class="title">
        <h1>Deploy</h1>
        <p class="lead">A trained network in use: an endpoint, files for other programs, a folder that serves it.</p>
      </header>
      {shownRun.value === '' ? (
        <Nothing />
      ) : (
        <>
          <div class="tools">
            <RunChoice
              shown={shownRun.value}
              ready={ready.value}
              onChange={value => {
                run.value = value;
              }}
              says="The trained run that is used."
            />
          </div>
          {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
          {!trouble && (
            <div class="deploy-grid">
              <div class="stack">
                <EndpointPart signature={found} />
                <Exports />
              </div>
              <div class="stack">
                {found && <TryIt key={shownRun.value} signature={found} />}
                <Card />
                <Folder key={`folder ${shownRun.value}`} />
              </div>
            </div>
          )}
        </>
      )}
    </>
  );
}

/** Before anything is trained: how to get there. */
function Nothing() {
  if (runs.value === undefined) return <p class="lead">Looking for runs…</p>;
  return (
    <section class="section" aria-label="No run yet">
      <h2>No trained run yet</h2>
      <p class="ready">
        <a href={freshAddressOf('train', { data: builtIn })}>Train one on built-in data</a>, or in a terminal:
      </p>
      <Snippet code="hillock train demo:obesity" />
    </section>
  );
}
