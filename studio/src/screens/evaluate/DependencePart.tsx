import type { DependenceAnswer } from 'hillock/studio';
import { useEffect, useMemo } from 'preact/hooks';
import { evaluationApi } from '../../api/evaluation.ts';
import { loaded } from '../../api/load.ts';
import { Choice } from '../../parts/Choice.tsx';
import { Picture } from '../../parts/Picture.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { chosenClass, dependsOn, shownRun } from './state.ts';

/** How the answer goes up and down with one column, all others as they are. */
export function DependencePart() {
  const answer = useMemo(() => loaded<DependenceAnswer>(), []);
  const [id, column, chosen] = [shownRun.value, dependsOn.value, chosenClass.value];
  useEffect(() => {
    const output = chosen < 0 ? undefined : chosen;
    void answer.load(signal => evaluationApi.dependence(id, column, output, signal));
  }, [id, column, chosen]);
  const found = answer.value.value;
  const trouble = answer.trouble.value;
  return (
    <Section id="dependence" title="How it depends on one column">
      {found && (
        <Choice
          label="Column"
          value={column || found.columns[0]!}
          options={found.columns.map(name => ({ value: name, title: name }))}
          onChange={value => {
            dependsOn.value = value;
          }}
          says="The column that is set to each of its values in turn."
        />
      )}
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {found && !trouble && <Picture figure={found.figure} />}
    </Section>
  );
}
