import { useEffect } from 'preact/hooks';
import { evaluationApi } from '../../api/evaluation.ts';
import { Button } from '../../parts/Button.tsx';
import { Picture } from '../../parts/Picture.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { importance, shownRun } from './state.ts';

const load = (): void => {
  const id = shownRun.value;
  void importance.load(signal => evaluationApi.importance(id, signal));
};

/** How much the predictions lean on each column. */
export function ImportancePart() {
  useEffect(load, [shownRun.value]);
  const found = importance.value.value;
  const trouble = importance.trouble.value;
  return (
    <Section id="importance" title="What it leans on">
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {trouble && (
        <Button onClick={load} says="Asks once more.">
          Try again
        </Button>
      )}
      {!found && importance.busy.value && <p class="lead">Shuffling every column five times…</p>}
      {found && <Picture figure={found.figure} />}
      {found && <p class="lead">{found.importance.note}</p>}
    </Section>
  );
}
