import { useSignal } from '@preact/signals';
import type { Counterfactual, Signature } from 'hillock/studio';
import { useEffect, useMemo } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { evaluationApi } from '../../api/evaluation.ts';
import { loaded } from '../../api/load.ts';
import { Answer } from '../../parts/Answer.tsx';
import { Button } from '../../parts/Button.tsx';
import { CellField } from '../../parts/CellField.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { record, recordOf, shownRun, tryOut } from './state.ts';

interface WhatIfProps {
  readonly example: Readonly<Record<string, unknown>> | null;
  readonly classes: readonly string[] | null;
}

const text = (value: unknown): string =>
  value === null || value === undefined ? 'missing' : typeof value === 'number' ? shown(value, 5) : String(value);

/** A row to change: the answer follows, and the nearest row with another answer is a press away. */
export function WhatIf({ example, classes }: WhatIfProps) {
  const id = shownRun.value;
  const signature = useMemo(() => loaded<Signature>(), []);
  const answer = useMemo(() => loaded<Record<string, unknown>>(), []);
  const other = useMemo(() => loaded<{ readonly found: Counterfactual | null }>(), []);
  const asked = useSignal(false);
  useEffect(() => void signature.load(() => api.signature(id)), [id]);
  const row = record.value ?? example ?? {};
  const fields = signature.value.value?.fields ?? [];
  const given = Object.fromEntries(fields.map(({ name }) => [name, row[name] ?? null]));
  const key = JSON.stringify(given);
  useEffect(() => {
    asked.value = false;
    if (fields.length === 0) return undefined;
    const soon = setTimeout(() => void answer.load(signal => api.predict(id, given, signal)), 80);
    return () => clearTimeout(soon);
  }, [id, key]);
  const trouble = answer.trouble.value ?? other.trouble.value ?? signature.trouble.value;
  const found = answer.value.value;
  const turned = asked.value ? other.value.value : undefined;
  return (
    <Section id="what-if" title={recordOf.value > 0 ? `What if: row ${recordOf.value}` : 'What if'}>
      <div class="what-if">
        <div class="cells">
          {fields.map(field => (
            <CellField
              key={field.name}
              field={field}
              value={row[field.name]}
              onChange={value => {
                tryOut({ ...row, [field.name]: value });
              }}
            />
          ))}
        </div>
        <div>
          {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
          {found && !trouble && <Answer name="ŷ" found={found} />}
          {classes && (
            <Button
              onClick={() => {
                asked.value = true;
                void other.load(() => evaluationApi.counterfactual(id, given));
              }}
              says="The nearest known row that is answered otherwise, with as few changes as keep that answer."
            >
              What would change the answer?
            </Button>
          )}
          <div role="status">{turned && <Turned found={turned.found} />}</div>
        </div>
      </div>
    </Section>
  );
}

function Turned({ found }: { readonly found: Counterfactual | null }) {
  if (!found) return <p class="lead">No row that it is judged by is answered otherwise.</p>;
  return (
    <div class="turned">
      <p>
        It would be <b>{text(found.prediction.value)}</b> with
      </p>
      <ul>
        {found.changes.map(({ column, from, to }) => (
          <li key={column}>
            {column}: {text(from)} → <b>{text(to)}</b>
          </li>
        ))}
      </ul>
      <Button
        onClick={() => {
          tryOut(found.record, 0);
        }}
        says="Puts the changed row into the form."
      >
        Take it over
      </Button>
      {found.row !== null && <p class="lead">It leans on row {found.row}.</p>}
    </div>
  );
}
