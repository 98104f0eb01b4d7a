import type { ComparedRun, Disagreement, Pair, Setting } from 'hillock/studio';
import { Picture } from '../../parts/Picture.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown, whole } from '../../state/format.ts';
import { pair, picked, runs } from './state.ts';
import { brief } from './table.ts';

const text = (value: string | number | null): string =>
  value === null ? '–' : typeof value === 'number' ? shown(value, 5) : value;

const setting = (value: Setting): string => (typeof value === 'string' ? brief(value) : text(value));

/** Two runs beside each other: what they were asked for, their weights, where they answer differently. */
export function PairPart() {
  const [a, b] = picked.value.map(id => runs.value.find(run => run.id === id));
  if (!a || !b || picked.value.length !== 2) return null;
  const found = pair.value.value;
  const trouble = pair.trouble.value;
  return (
    <Section id="pair" title={`${a.id} and ${b.id}`}>
      <Differences a={a} b={b} />
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {found && !trouble && <Inside found={found} a={a} b={b} />}
    </Section>
  );
}

interface Two {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
}

function Differences({ a, b }: Two) {
  const names = [...new Set([...Object.keys(a.scores), ...Object.keys(a.settings), ...Object.keys(b.settings)])];
  const value = (run: ComparedRun, name: string) => run.scores[name] ?? run.settings[name] ?? null;
  const differing = names.filter(name => value(a, name) !== value(b, name));
  const same = names.length - differing.length;
  return (
    <div class="scrolling">
      <table class="table pair">
        <caption>
          What differs; {same} other {same === 1 ? 'figure is' : 'figures are'} the same
        </caption>
        <thead>
          <tr>
            <th scope="col">what</th>
            <th scope="col">{a.id}</th>
            <th scope="col">{b.id}</th>
          </tr>
        </thead>
        <tbody>
          {differing.map(name => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{setting(value(a, name))}</td>
              <td>{setting(value(b, name))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Inside({ found, a, b }: Two & { readonly found: Pair }) {
  return (
    <>
      <div class="scrolling">
        <table class="table pair">
          <caption>Layers, and how far their weights are apart: ‖a − b‖ / ‖a‖</caption>
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col">{a.id}</th>
              <th scope="col">{b.id}</th>
              <th scope="col">apart</th>
            </tr>
          </thead>
          <tbody>
            {found.layers.map(({ layer, a: one, b: two, drift }) => (
              <tr key={layer}>
                <th scope="row">{layer}</th>
                <td>{one ?? '–'}</td>
                <td>{two ?? '–'}</td>
                <td>{drift === null ? '–' : shown(drift, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.without !== null ? (
        <p class="lead">Their answers are not compared: {found.without}.</p>
      ) : (
        <>
          <p class="lead">
            They answer {whole(found.disagree)} of {whole(found.common)} common rows differently.
          </p>
          <div class="pictures">{found.confusion && <Picture figure={found.confusion} />}</div>
          {found.rows.length > 0 && <Differing found={found} a={a} b={b} />}
        </>
      )}
    </>
  );
}

function Differing({ found: { rows }, a, b }: Two & { readonly found: Pair }) {
  const names = Object.keys(rows[0]!.cells).slice(0, 6);
  const first = (row: Disagreement) =>
    row.image ? <img src={row.image} alt={`Row ${row.row ?? row.place + 1}`} /> : text(row.row);
  return (
    <section class="scrolling differing" tabIndex={0} aria-label="Rows that are answered differently">
      <table class="table">
        <caption>Rows that are answered differently</caption>
        <thead>
          <tr>
            <th scope="col">row</th>
            <th scope="col">truth</th>
            <th scope="col">{a.id}</th>
            <th scope="col">{b.id}</th>
            {names.map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.place}>
              <td>{first(row)}</td>
              <td>{text(row.truth)}</td>
              <td>{text(row.said)}</td>
              <td>{text(row.other)}</td>
              {names.map(name => (
                <td key={name}>{text(row.cells[name] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
