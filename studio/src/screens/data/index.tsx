import '../../parts/work.css';
import './data.css';
import type { Ahead } from 'hillock/studio';
import { useEffect } from 'preact/hooks';
import { Choice } from '../../parts/Choice.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { addressOf } from '../../state/url.ts';
import { Columns } from './Columns.tsx';
import { Pictures } from './Pictures.tsx';
import { Rows } from './Rows.tsx';
import { Sources } from './Sources.tsx';
import { Split } from './Split.tsx';
import {
  forecastAddress,
  ignored,
  images,
  loadReport,
  loadSources,
  report,
  said,
  setUse,
  shownTarget,
  source,
  sources,
  table,
  target,
} from './state.ts';

/** From a file to what can be learned from it. */
export default function Data() {
  useEffect(() => void loadSources().catch(() => undefined), []);
  useEffect(() => void loadReport(), [source.value, target.value, ignored.value]);
  const trouble = report.trouble.value;
  const stands = !trouble && report.value.value?.source === source.value;
  return (
    <>
      <header class="title">
        <h1>Data</h1>
        <p class="lead">What the network learns from: read on this machine, and nothing of it leaves it.</p>
      </header>
      <div class="data-grid">
        <Sources />
        <div class="stack" aria-busy={report.busy.value}>
          {trouble ? <Problem message={trouble.message} hint={trouble.hint} /> : <Overview />}
          {stands && table.value && <Columns />}
          {stands && images.value && <Pictures />}
          {stands && <Split />}
          {stands && table.value && <Rows />}
        </div>
      </div>
    </>
  );
}

/** The other thing that can be learned from rows in time. */
function Forecast({ ahead: { time, step, target: column } }: { readonly ahead: Ahead }) {
  return (
    <p class="note ahead">
      The rows follow one another in time ({time.join(' and ')}, every {step}): what comes next can be forecast, too.{' '}
      <a
        class="button"
        href={forecastAddress(column)}
        {...says(`Opens the Train screen to forecast ${column} from its own past; choose another column above.`)}
      >
        Forecast {column}
      </a>
    </p>
  );
}

const titleOf = (): string => {
  const entry = sources.value.find(one => one.source === source.value);
  return entry?.from === 'upload' ? entry.title : source.value;
};

function Overview() {
  const found = report.value.value;
  if (found?.source !== source.value) return <p class="lead">Reading {titleOf()}…</p>;
  const size =
    found.kind === 'table'
      ? `${whole(found.rows)} rows, ${whole(found.columns.length)} columns`
      : `${whole(found.rows)} images of ${found.shape.join('×')}`;
  const problem = found.kind === 'table' ? found.problem : null;
  const warnings = found.kind === 'table' ? found.warnings : [];
  return (
    <Section
      id="overview"
      title={titleOf()}
      aside={
        <a
          class="button primary"
          href={addressOf('train', { data: said.value, run: '' })}
          {...says('Trains a network on these data, with the roles and the test part that are set here.')}
        >
          Train on it
        </a>
      }
    >
      <p class="size">{size}</p>
      {found.kind === 'table' && (
        <Choice
          label="Predict"
          value={shownTarget.value}
          options={[
            { value: '', title: 'choose a column' },
            ...found.columns.map(({ column }) => ({ value: column, title: column })),
          ]}
          onChange={value => setUse(value || shownTarget.value, value ? 'target' : 'input')}
          says="The column that the network learns to predict from the others."
        />
      )}
      {found.kind === 'table' && found.forecast && <Forecast ahead={found.forecast} />}
      {problem && <Problem message={problem} hint="Change what the columns are used for below." />}
      {warnings.map(({ columns, message }) => (
        <p key={`${columns} ${message}`} class="warning">
          {columns.length === 1 && <b>{columns[0]}: </b>}
          {message}
        </p>
      ))}
      {found.notes.length > 0 && (
        <details>
          <summary>
            How it was read: {whole(found.notes.length)} {found.notes.length === 1 ? 'note' : 'notes'}
          </summary>
          <ul class="notes">
            {found.notes.map(({ column, message }, i) => (
              <li key={`${i} ${message}`}>
                {column && <b>{column}: </b>}
                {message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}
