import type { ColumnCard } from 'hillock/studio';
import { Section } from '../../parts/Section.tsx';
import { fixed, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { Distribution } from './Distribution.tsx';
import { setUse, table, type Use, useOf } from './state.ts';

const uses: readonly { readonly value: Use; readonly title: string }[] = [
  { value: 'input', title: 'input' },
  { value: 'target', title: 'target: to predict' },
  { value: 'ignore', title: 'leave out' },
  { value: 'time', title: 'time: orders the rows' },
  { value: 'group', title: 'group: tells series apart' },
];

const roleWords: Readonly<Record<string, string>> = {
  numeric: 'scaled number',
  both: 'number and category',
  category: 'category, one input a word',
  date: 'date, as calendar fields',
  presence: 'given or not',
  identifier: 'left out: looks like an identifier',
  text: 'left out: free text',
  constant: 'left out: always the same',
  empty: 'left out: empty',
  ignored: 'left out by you',
  target: 'to predict',
};

/** A card for each column. */
export function Columns() {
  const { columns, warnings } = table.value!;
  return (
    <Section id="columns" title={`${whole(columns.length)} columns`}>
      <ul class="cards">
        {columns.map(column => (
          <Card
            key={column.column}
            column={column}
            warnings={warnings.filter(({ columns: about }) => about.includes(column.column)).map(one => one.message)}
          />
        ))}
      </ul>
    </Section>
  );
}

function Card({ column, warnings }: { readonly column: ColumnCard; readonly warnings: readonly string[] }) {
  const { column: name, type, role, missing, distinct, summary, why } = column;
  const use = useOf(name);
  return (
    <li class={`card use-${use}`}>
      <div class="card-head">
        <h3 title={name}>{name}</h3>
        <span class="type" {...says(`The type of ${name}, as its cells were read.`)}>
          {type}
        </span>
      </div>
      <Distribution column={column} />
      <p class="summary" {...says(`What is in ${name}: ${summary}`)}>
        {summary || 'nothing'}
      </p>
      <dl>
        <div {...says(`How many cells of ${name} are empty or a word for missing.`)}>
          <dt>missing</dt>
          <dd class={missing > 0.3 ? 'much' : undefined}>{missing === 0 ? 'none' : `${fixed(missing * 100, 1)} %`}</dd>
        </div>
        <div {...says(`How many values of ${name} differ.`)}>
          <dt>distinct</dt>
          <dd>{whole(distinct)}</dd>
        </div>
      </dl>
      <label class="use">
        <span class="reader">use of {name}</span>
        <select
          value={use}
          onChange={event => setUse(name, event.currentTarget.value as Use)}
          {...says(`How ${name} is used. Now: ${roleWords[role ?? ''] ?? 'undecided'} (${why}).`)}
        >
          {uses.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {use === 'input' && role && <p class="role">{roleWords[role]}</p>}
      {warnings.map(message => (
        <p key={message} class="warning">
          {message}
        </p>
      ))}
    </li>
  );
}
