import '../../parts/work.css';
import './evaluate.css';
import type { EvaluationAnswer } from 'hillock/studio';
import { useEffect } from 'preact/hooks';
import { pageAddress } from '../../api/evaluation.ts';
import { Picture } from '../../parts/Picture.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { RunChoice } from '../../parts/RunChoice.tsx';
import { Section } from '../../parts/Section.tsx';
import { says } from '../../state/says.ts';
import { freshAddressOf, goTo } from '../../state/url.ts';
import { builtIn } from '../data/state.ts';
import { followDrawer } from './actions.tsx';
import { Confusion } from './Confusion.tsx';
import { DependencePart } from './DependencePart.tsx';
import { ImportancePart } from './Importance.tsx';
import { Inside } from './Inside.tsx';
import { Rows } from './Rows.tsx';
import { Scores } from './Scores.tsx';
import { SlicesPart } from './Slices.tsx';
import {
  addressOfRun,
  chosenClass,
  evaluation,
  loadEvaluation,
  loadInside,
  loadRuns,
  ready,
  runs,
  shownRun,
} from './state.ts';
import { Threshold } from './Threshold.tsx';
import { WhatIf } from './WhatIf.tsx';

/** How good a trained network is, where it errs, and why. */
export default function Evaluate() {
  useEffect(() => void loadRuns().catch(() => undefined), []);
  useEffect(loadEvaluation, [shownRun.value, chosenClass.value]);
  useEffect(loadInside, [shownRun.value]);
  const found = evaluation.value.value;
  const trouble = evaluation.trouble.value;
  return (
    <>
      <header class="title">
        <h1>Evaluate</h1>
        <p class="lead">How good a trained network is on rows it has not learned from, where it errs, and why.</p>
      </header>
      {shownRun.value === '' ? (
        <Nothing />
      ) : (
        <>
          <div class="row evaluate-bar">
            <RunChoice
              shown={shownRun.value}
              ready={ready.value}
              onChange={id => void goTo(addressOfRun(id))}
              says="The run that is looked at."
            />
            <a href={pageAddress(shownRun.value)} {...says('All of this on one page, to read, print or send.')}>
              Report
            </a>
          </div>
          {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
          {found?.id === shownRun.value && !trouble && <Parts key={shownRun.value} found={found} />}
        </>
      )}
    </>
  );
}

const ownPlace = new Set(['confusion', 'roc', 'precision-recall', 'loss', 'validation']);

function Parts({ found }: { readonly found: EvaluationAnswer }) {
  useEffect(followDrawer, []);
  const { figures, without, columns, classes, warnings } = found;
  const learning = figures.filter(({ id }) => id === 'loss' || id === 'validation');
  const others = figures.filter(({ id }) => !ownPlace.has(id));
  const rowwise = without === null && found.task !== 'forecast';
  return (
    <div class="evaluate">
      {warnings.map(({ columns: about, message }) => (
        <p key={`${about} ${message}`} class="warning">
          {about.length === 1 && <b>{about[0]}: </b>}
          {message}
        </p>
      ))}
      <Scores found={found} />
      {without && <Problem message={`The ${found.things} it is judged by cannot be shown.`} hint={without} />}
      {classes && <Confusion found={found} />}
      {rowwise && <Rows found={found} />}
      {found.cut && <Threshold found={found} />}
      {others.length > 0 && (
        <Section id="answers" title={classes ? 'Can its probabilities be believed?' : 'What it answers'}>
          <div class="pictures">
            {others.map(figure => (
              <Picture key={figure.id} figure={figure} />
            ))}
          </div>
        </Section>
      )}
      {columns.length > 0 && <ImportancePart />}
      {columns.length > 0 && found.task !== 'forecast' && <DependencePart />}
      {columns.length > 0 && <WhatIf example={found.example} classes={classes} />}
      {columns.length > 0 && <SlicesPart found={found} />}
      <Inside />
      {learning.length > 0 && (
        <Section id="learning" title="How it learned">
          <div class="pictures">
            {learning.map(figure => (
              <Picture key={figure.id} figure={figure} />
            ))}
          </div>
        </Section>
      )}
    </div>
  );
}

/** Before anything is trained: how to get there. */
function Nothing() {
  if (runs.value === undefined) return <p class="lead">Looking for runs…</p>;
  return (
    <section class="section" aria-label="No run yet">
      <h2>No trained run yet</h2>
      <p>
        <a href={freshAddressOf('train', { data: builtIn })}>Train one on built-in data</a>, or in a terminal:{' '}
        <code>hillock train demo:obesity</code>
      </p>
    </section>
  );
}
