import type { EvaluationAnswer } from 'hillock/studio';
import { useEffect } from 'preact/hooks';
import { Choice } from '../../parts/Choice.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { loadSlices, shownRun, sliceColumn, sliced } from './state.ts';

/** A score of each group of a column: whom it serves worse. */
export function SlicesPart({ found }: { readonly found: EvaluationAnswer }) {
  const columns = found.columns.filter(name => name !== found.target);
  const metric = found.metrics[0]?.metric;
  useEffect(() => loadSlices(columns, metric), [shownRun.value, sliceColumn.value, metric]);
  const list = sliced.value.value;
  const trouble = sliced.trouble.value;
  return (
    <Section
      id="slices"
      title="For whom it works"
      aside={
        <Choice
          label="By"
          value={list?.column ?? columns[0] ?? ''}
          options={columns.map(value => ({ value, title: value }))}
          onChange={value => {
            sliceColumn.value = value;
          }}
          says="The column whose values tell the groups apart; numbers make five groups of equal size."
        />
      }
    >
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {list && (
        <div class="scrolling">
          <table class="table scores">
            <caption class="reader">
              {list.metric} by {list.column}
            </caption>
            <thead>
              <tr>
                <th scope="col">{list.column}</th>
                <th scope="col">rows</th>
                <th scope="col">{list.metric}</th>
                <th scope="col">95 % interval</th>
                <th scope="col">beside all rows</th>
              </tr>
            </thead>
            <tbody>
              {list.slices.map(({ label, rows, value, interval }) => (
                <tr
                  key={label}
                  tabIndex={0}
                  {...says(
                    `${whole(rows)} rows with ${list.column} ${label}: ${list.metric} ${value === null ? 'not defined' : shown(value, 4)}.`,
                  )}
                >
                  <th scope="row">{label}</th>
                  <td>{whole(rows)}</td>
                  <td class="value">{value === null ? '–' : shown(value, 4)}</td>
                  <td>{interval ? `${shown(interval.low, 3)} … ${shown(interval.high, 3)}` : '–'}</td>
                  <td>{beside(value, interval, list.whole, list.better)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

/** Whether a group is told apart from the whole by more than chance. */
function beside(
  value: number | null,
  interval: { readonly low: number; readonly high: number } | null,
  all: number | null,
  better: 'higher' | 'lower',
): string {
  if (value === null || all === null || !interval) return '–';
  if (interval.low <= all && all <= interval.high) return 'no sure difference';
  return value > all === (better === 'higher') ? 'better' : 'worse';
}
