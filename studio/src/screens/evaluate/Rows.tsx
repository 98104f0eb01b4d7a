import type { EvaluationAnswer, JudgedRow } from 'hillock/studio';
import { useEffect } from 'preact/hooks';
import { Button } from '../../parts/Button.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { inspectRowOf, whatIf } from './actions.tsx';
import { movedCut } from './cut.ts';
import { EditRow, Edits } from './Edits.tsx';
import { cell, from, loadRows, pageSize, rows, shownRun, sought, threshold } from './state.ts';

const mostColumns = 8;

const share = (value: number | null): string => (value === null ? '–' : `${shown(value * 100, 3)} %`);
const text = (value: string | number): string => (typeof value === 'number' ? shown(value, 5) : value);

function titleOf({ classes, things }: EvaluationAnswer): string {
  const name = things === 'rows' ? 'Rows' : 'Images';
  if (!classes) return `${name} furthest off`;
  const [truth, said] = cell.value.split(',').map(Number);
  if (said === undefined) return 'Its mistakes, the surest first';
  const is = classes[truth!];
  return truth === said ? `${name} of ${is} that are right` : `${name} of ${is} that were said to be ${classes[said]}`;
}

/** The rows or images of a cell, or all mistakes. */
export function Rows({ found }: { readonly found: EvaluationAnswer }) {
  useEffect(loadRows, [shownRun.value, cell.value, from.value, movedCut(found, threshold.value)?.threshold]);
  const list = rows.value.value;
  const trouble = rows.trouble.value;
  useEffect(() => {
    const wanted = sought.peek() && list !== undefined;
    sought.value = false;
    if (!wanted) return;
    document.getElementById('section-rows')?.closest('section')?.scrollIntoView({ block: 'nearest' });
  }, [list, trouble]);
  const total = list?.total ?? 0;
  return (
    <Section
      id="rows"
      title={titleOf(found)}
      aside={
        <div class="row">
          {cell.value !== 'wrong' && found.classes && (
            <Button
              onClick={() => {
                from.value = 0;
                cell.value = 'wrong';
              }}
              says="Lists everything that was answered wrongly."
            >
              All mistakes
            </Button>
          )}
          {total > pageSize && (
            <>
              <Button
                onClick={() => {
                  from.value = Math.max(0, from.value - pageSize);
                }}
                disabled={from.value === 0}
                says={`The ${found.things} before these.`}
              >
                Earlier
              </Button>
              <Button
                onClick={() => {
                  from.value += pageSize;
                }}
                disabled={from.value + pageSize >= total}
                says={`The ${found.things} after these.`}
              >
                Later
              </Button>
            </>
          )}
        </div>
      }
    >
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {list && (
        <p class="lead" role="status">
          {total === 0
            ? 'There are none.'
            : `${whole(from.value + 1)} to ${whole(Math.min(total, from.value + list.rows.length))} of ${whole(total)}`}
        </p>
      )}
      <Edits />
      {list &&
        list.rows.length > 0 &&
        (list.rows[0]!.image ? <Images list={list.rows} found={found} /> : <TableOf list={list.rows} found={found} />)}
    </Section>
  );
}

function Images({ list, found }: { readonly list: readonly JudgedRow[]; readonly found: EvaluationAnswer }) {
  return (
    <ul class="images">
      {list.map(row => (
        <li key={row.place}>
          <button
            type="button"
            onClick={() => inspectRowOf(row)}
            {...says(
              `Image ${row.row ?? ''}: truth ${row.truth}, said ${row.said}. Press to see how the network came to it.`,
            )}
          >
            <img src={row.image!} alt={`Row ${row.row ?? row.place + 1}: ${row.truth}, said to be ${row.said}`} />
            <span>
              {row.truth} → <b>{row.said}</b>
            </span>
            <span class="soft">{share(row.probability)}</span>
          </button>
          <EditRow row={row} found={found} />
        </li>
      ))}
    </ul>
  );
}

function TableOf({ list, found }: { readonly list: readonly JudgedRow[]; readonly found: EvaluationAnswer }) {
  const names = Object.keys(list[0]!.cells)
    .filter(name => name !== found.target)
    .slice(0, mostColumns);
  return (
    <section class="scrolling" tabIndex={0} aria-label="Rows">
      <table class="table rows">
        <caption class="reader">{titleOf(found)}</caption>
        <thead>
          <tr>
            <th scope="col">row</th>
            <th scope="col">true {found.target}</th>
            <th scope="col">said</th>
            {found.classes && <th scope="col">probability</th>}
            {names.map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">
              <span class="reader">what to do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map(row => (
            <tr key={row.place}>
              <td>{row.row ?? '–'}</td>
              <td>{text(row.truth)}</td>
              <td>{text(row.said)}</td>
              {found.classes && <td>{share(row.probability)}</td>}
              {names.map(name => (
                <td key={name}>{row.cells[name] === null ? '–' : text(row.cells[name]!)}</td>
              ))}
              <td>
                <div class="row">
                  <Button
                    onClick={() => inspectRowOf(row)}
                    disabled={row.row === null}
                    says="The last neurons at work on this row, product by product."
                    label={`Inspect row ${row.row ?? row.place + 1}`}
                  >
                    Inspect
                  </Button>
                  <Button
                    onClick={() => whatIf(row)}
                    says="Puts this row into the form below, to see what would change the answer."
                    label={`What if, row ${row.row ?? row.place + 1}`}
                  >
                    What if
                  </Button>
                  <EditRow row={row} found={found} />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
