import { useSignal } from '@preact/signals';
import type { ComparedRun } from 'hillock/studio';
import { useEffect, useRef } from 'preact/hooks';
import { shown } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { addressOfRun } from '../evaluate/state.ts';
import { lines, mostPicked, pick, picked, shownColumns, sort } from './state.ts';
import { brief, type Column, type Line, told } from './table.ts';

const height = 34;
const more = 4;

/** Every run a line; only those in sight are drawn. */
export function Runs() {
  const box = useRef<HTMLElement>(null);
  const top = useSignal(0);
  const view = useSignal(480);
  useEffect(() => {
    const sizes = new ResizeObserver(() => {
      view.value = box.current?.clientHeight ?? 480;
    });
    sizes.observe(box.current!);
    return () => sizes.disconnect();
  }, []);
  const all = lines.value;
  const columns = shownColumns.value;
  const first = Math.max(0, Math.min(all.length - 1, Math.floor(top.value / height) - more));
  const last = Math.min(all.length, first + Math.ceil(view.value / height) + 2 * more);
  return (
    <section
      class="runs"
      ref={box}
      tabIndex={0}
      aria-label="Runs"
      onScroll={event => {
        top.value = event.currentTarget.scrollTop;
      }}
    >
      <table
        aria-rowcount={all.length + 1}
        style={{ marginBlock: `${first * height}px ${(all.length - last) * height}px` }}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">
              <span class="reader">laid over the others</span>
            </th>
            <th scope="col">run</th>
            <th scope="col">curve</th>
            {columns.map(column => (
              <Head key={column.name} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {all.slice(first, last).map((line, i) => (
            <Row key={i} line={line} columns={columns} index={first + i} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Head({ column: { name, says: what } }: { readonly column: Column }) {
  const order = sort.value === name ? 'ascending' : sort.value === `-${name}` ? 'descending' : 'none';
  return (
    <th scope="col" aria-sort={order}>
      <button
        type="button"
        onClick={() => {
          sort.value = order === 'descending' ? name : order === 'ascending' ? '' : `-${name}`;
        }}
        {...says(`${what} Press to sort.`)}
      >
        {name}
        <span aria-hidden="true">{order === 'ascending' ? ' ↑' : order === 'descending' ? ' ↓' : ''}</span>
      </button>
    </th>
  );
}

const badges: Readonly<Record<ComparedRun['state'], string>> = {
  finished: '',
  training: 'running',
  interrupted: 'interrupted',
  imported: 'imported',
  broken: 'broken',
};

interface RowProps {
  readonly line: Line;
  readonly columns: readonly Column[];
  readonly index: number;
}

function Row({ line, columns, index }: RowProps) {
  const [run] = line.runs;
  const { id, state } = run!;
  const chosen = picked.value.includes(id);
  const badge = badges[state];
  return (
    <tr aria-rowindex={index + 2} class={chosen ? 'chosen' : ''}>
      <td>
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Lay ${id} over the others`}
          onChange={() => pick(line.runs.map(one => one.id))}
          {...says(`Lays ${id} over the others; at most ${mostPicked} at a time.`)}
        />
      </td>
      <th scope="row">
        <a href={addressOfRun(id)} {...says(`${id}: see how good it is.`)}>
          {id}
        </a>
        {line.runs.length > 1 && <span class="badge">{line.runs.length} seeds</span>}
        {badge !== '' && <span class={`badge ${state}`}>{badge}</span>}
      </th>
      <td>
        <Spark run={run!} />
      </td>
      {columns.map(column => {
        const { value, sd } = told(line, column);
        return (
          <td key={column.name} class={typeof value === 'number' ? 'numeric' : ''}>
            {value === null ? '–' : typeof value === 'number' ? shown(value, 4) : brief(value)}
            {sd !== null && <span class="soft"> ± {shown(sd, 2)}</span>}
          </td>
        );
      })}
    </tr>
  );
}

/** The validation score over the epochs, with its best place. */
function Spark({ run: { spark, monitor, better } }: { readonly run: ComparedRun }) {
  const known = spark.filter(value => value !== null);
  if (known.length < 2) return <span class="soft">–</span>;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (i: number): number => 2 + (76 * i) / (spark.length - 1);
  const y = (value: number): number => (high > low ? 18 - (15 * (value - low)) / (high - low) : 10);
  const best = spark.indexOf(better === 'lower' ? low : high);
  const points = spark.flatMap((value, i) => (value === null ? [] : [`${x(i).toFixed(1)},${y(value).toFixed(1)}`]));
  return (
    <svg
      class="spark"
      viewBox="0 0 80 20"
      width="80"
      height="20"
      role="img"
      aria-label={`${monitor} from ${shown(known[0])} to ${shown(known.at(-1))}`}
    >
      <polyline points={points.join(' ')} />
      <circle cx={x(best)} cy={y(spark[best]!)} r="2.5" />
    </svg>
  );
}
