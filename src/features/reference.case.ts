/** The encoder once more in plain TypeScript, from its description alone: what tests compare the graph with. */
import type { Column, Table } from '../data/table.ts';
import type { Encoder } from './encoder.ts';
import type { Part } from './encodings/index.ts';

type Raw = number | string;

function rawCell(column: Column | undefined, row: number): Raw {
  if (!column) return Number.NaN;
  return column.type === 'text' ? (column.levels[column.codes[row]!] ?? '').trim() : Math.fround(column.values[row]!);
}

const flag = (condition: boolean) => (condition ? 1 : 0);
const periods = { year: 365.2425, week: 7, day: 1 };

function encodePart(part: Part, raw: Raw): readonly number[] {
  const x = Number(raw);
  switch (part.kind) {
    case 'scale': {
      const z = Number.isNaN(x) ? 0 : (x - part.median) * part.factor;
      return [z / Math.hypot(1, z / 3)];
    }
    case 'linear':
      return [Number.isNaN(x) ? 0 : (x - part.centre) * part.factor];
    case 'log': {
      const z = Number.isNaN(x) ? 0 : (Math.log(Math.max(x, part.least)) - part.median) * part.factor;
      return [z / Math.hypot(1, z / 3)];
    }
    case 'sign':
      return [Number.isNaN(x) ? part.missing : x > part.middle ? 1 : -1];
    case 'bins': {
      const seen = Number.isNaN(x) ? part.median : x;
      return part.edges.slice(1).map((high, i) => {
        const low = part.edges[i]!;
        return Math.min(1, Math.max(0, (seen - low) / (high - low)));
      });
    }
    case 'cycle': {
      const angle = (2 * Math.PI * x) / periods[part.period];
      return Number.isNaN(x) ? [0, 0] : [Math.sin(angle), Math.cos(angle)];
    }
    case 'missing':
      return [flag(Number.isNaN(x))];
    case 'values':
      return part.values.map(value => flag(x === value));
    case 'words': {
      const known = typeof raw === 'string' && raw !== '' ? raw : undefined;
      const flags = part.levels.map(level => flag(level === known));
      if (part.missing) flags.push(flag(known === undefined));
      if (part.other) flags.push(flag(known !== undefined && !part.levels.includes(known)));
      return flags;
    }
  }
}

function field(name: string, date: Raw): number {
  if (Number.isNaN(date)) return Number.NaN;
  const time = new Date(Math.floor(Number(date)) * 86_400_000);
  if (name === 'hour') return Math.min(23, Math.floor((Number(date) - Math.floor(Number(date))) * 24 + 0.04));
  if (name === 'weekday') return ((time.getUTCDay() + 6) % 7) + 1;
  return name === 'month' ? time.getUTCMonth() + 1 : time.getUTCFullYear();
}

/** The encoded rows, one cell after the other. */
export function referenceRows(encoder: Encoder, table: Table, rows: ArrayLike<number>): number[] {
  const byName = new Map(table.columns.map(column => [column.name, column]));
  const order: readonly Part['kind'][] = [
    'scale',
    'linear',
    'log',
    'sign',
    'cycle',
    'missing',
    'bins',
    'values',
    'words',
  ];
  return Array.from(rows).flatMap(row =>
    order.flatMap(kind =>
      encoder.columns.flatMap(({ name, parts, calendar = [] }) => {
        const raw = rawCell(byName.get(name), row);
        const views = [{ parts, seen: raw }, ...calendar.map(view => ({ ...view, seen: field(view.field, raw) }))];
        return views.flatMap(view =>
          view.parts.filter(part => part.kind === kind).flatMap(part => encodePart(part, view.seen)),
        );
      }),
    ),
  );
}
