import type { ColumnCard } from 'hillock/studio';
import { shown, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';

const width = 200;
const height = 46;

/** A histogram of numbers and dates, or the most frequent words. */
export function Distribution({ column }: { readonly column: ColumnCard }) {
  const { histogram, words } = column;
  if (histogram.length > 0) return <Histogram column={column} />;
  if (words.length === 0) return <div class="distribution empty" />;
  const most = Math.max(1, ...words.map(({ rows }) => rows));
  return (
    <ul class="words" aria-label={`The most frequent words of ${column.column}`}>
      {words.slice(0, 4).map(({ level, rows }) => (
        <li key={level} {...says(`${level}: ${whole(rows)} rows of ${column.column}.`)}>
          <i style={{ inlineSize: `${(100 * rows) / most}%` }} />
          <span>{level}</span>
          <b>{whole(rows)}</b>
        </li>
      ))}
    </ul>
  );
}

function Histogram({ column: { column, histogram, type } }: { readonly column: ColumnCard }) {
  const most = Math.max(1, ...histogram.map(({ rows }) => rows));
  const step = width / histogram.length;
  const edge = (value: number): string =>
    type === 'date' ? new Date(value * 86_400_000).toISOString().slice(0, 10) : shown(value);
  const peak = histogram.find(({ rows }) => rows === most)!;
  const text = `Most rows of ${column}, ${whole(most)}, lie between ${edge(peak.from)} and ${edge(peak.to)}.`;
  return (
    <svg
      class="distribution"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={text}
      {...says(text)}
    >
      {histogram.map(({ from, rows }, i) => (
        <rect
          key={from}
          x={i * step}
          width={Math.max(0.5, step - 1)}
          y={height - (rows / most) * height}
          height={(rows / most) * height}
        />
      ))}
    </svg>
  );
}
