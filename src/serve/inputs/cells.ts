/** One cell of a table, from JSON, checked against what training saw. */
import { formatDate, parseDate } from '../../data/dates.ts';
import { didYouMean } from '../../errors.ts';
import type { EncodedColumn, SeenNumbers, SeenWords } from '../../features/index.ts';
import { below, shown, wrong } from '../exchange.ts';
import type { Field, ReadingOptions } from './kind.ts';

/** A cell as it is fed: NaN and '' are missing. */
export type FedCell = number | string;

export interface CellReader {
  readonly field: Field;
  readonly missing: FedCell;
  /** Whether it may be missing. */
  readonly nullable: boolean;
  /** What is usual, to compare with; undefined where the file does not tell. */
  readonly usual: FedCell | undefined;
  /** The cell under `key` of the row at `at`; throws a `Refusal`. */
  read(value: unknown, at: string, key: string | number): FedCell;
  /** As a person wrote it. */
  show(cell: FedCell): unknown;
  /** What `read` takes as it stands, so that `recordScanner` may; absent where texts have to be understood. */
  readonly plain?: { readonly numbers: boolean; readonly words: readonly string[] };
}

const mostListed = 50;

const numbersOf = ({ seen }: EncodedColumn): SeenNumbers | undefined => (seen && 'min' in seen ? seen : undefined);
const wordsOf = ({ seen }: EncodedColumn): SeenWords | undefined => (seen && 'words' in seen ? seen : undefined);

/** Missing is fine where training saw it, and where the first model files do not tell. */
const mayMiss = ({ seen }: EncodedColumn, { acceptUnknown }: ReadingOptions): boolean =>
  acceptUnknown || seen?.missing !== false;

const orNull = (schema: object, nullable: boolean): Field['schema'] =>
  nullable ? { anyOf: [schema, { type: 'null' }] } : { ...schema };

const noMissing = 'no row of training missed it; start the service with --accept-unknown to have it imputed';

function numberReader(column: EncodedColumn, options: ReadingOptions): CellReader {
  const seen = numbersOf(column);
  const nullable = mayMiss(column, options);
  const range = seen ? `, in training ${seen.min} … ${seen.max}` : '';
  const schema = { type: 'number', ...(seen && { description: `in training ${seen.min} … ${seen.max}` }) };
  return {
    field: {
      name: column.name,
      about: `a number${range}`,
      schema: orNull(schema, nullable),
      example: seen?.typical ?? 0,
    },
    missing: Number.NaN,
    nullable,
    usual: seen?.typical,
    read(value, at, key) {
      if (typeof value === 'number') {
        if (Number.isFinite(value)) return value;
        throw wrong(below(at, key), 'a finite number', String(value), { hint: 'write null for a missing value' });
      }
      if (typeof value === 'boolean') return value ? 1 : 0;
      if (value === null && nullable) return Number.NaN;
      throw wrong(
        below(at, key),
        `a number for '${column.name}'`,
        shown(value),
        value === null ? { hint: noMissing } : {},
      );
    },
    show: cell => (Number.isNaN(cell) ? null : cell),
    plain: { numbers: true, words: [] },
  };
}

function dateReader(column: EncodedColumn, options: ReadingOptions): CellReader {
  const seen = numbersOf(column);
  const nullable = mayMiss(column, options);
  const format = column.format ?? 'yyyy-mm-dd';
  const day = (days: number): string => formatDate(Math.floor(days));
  const range = seen ? `, in training ${day(seen.min)} … ${day(seen.max)}` : '';
  const about = `a date written yyyy-mm-dd${format === 'yyyy-mm-dd' ? '' : ` or ${format}`}${range}`;
  return {
    field: {
      name: column.name,
      about,
      schema: orNull({ type: 'string', description: about }, nullable),
      example: seen ? day(seen.typical) : '2000-01-01',
    },
    missing: Number.NaN,
    nullable,
    usual: seen?.typical,
    read(value, at, key) {
      if (typeof value === 'string') {
        const text = value.trim();
        const days = parseDate(text, 'yyyy-mm-dd') ?? parseDate(text, format);
        if (days !== undefined && Number.isFinite(days)) return days;
      }
      if (value === null && nullable) return Number.NaN;
      throw wrong(below(at, key), about, shown(value), value === null ? { hint: noMissing } : {});
    },
    show: cell => (typeof cell === 'number' && !Number.isNaN(cell) ? formatDate(cell) : null),
  };
}

function wordReader(column: EncodedColumn, options: ReadingOptions): CellReader {
  const seen = wordsOf(column);
  const nullable = mayMiss(column, options);
  const part = column.parts.find(one => one.kind === 'words');
  const words = seen ? seen.words : part && part.levels.length > 0 && !part.other ? part.levels : null;
  const known = words ?? part?.levels ?? [];
  const strict = words && !options.acceptUnknown ? new Set(words) : null;
  const listed = words?.slice(0, mostListed) ?? [];
  const about = words
    ? `one of ${listed.map(word => JSON.stringify(word)).join(', ')}${words.length > listed.length ? ', …' : ''}`
    : 'a text';
  const spelled = new Map(words?.map(word => [word.toLowerCase(), word]));
  return {
    field: {
      name: column.name,
      about,
      schema: orNull(words && !options.acceptUnknown ? { enum: words } : { type: 'string' }, nullable),
      example: words?.[0] ?? 'a text',
      ...(known.length > 0 ? { known } : {}),
    },
    missing: '',
    nullable,
    usual: seen?.words?.[0],
    read(value, at, key) {
      let word: string;
      if (typeof value === 'string') word = value.trim();
      else if (typeof value === 'number' && Number.isFinite(value)) word = String(value);
      else if (typeof value === 'boolean') word = spelled.get(String(value)) ?? String(value);
      else if (value === null) word = '';
      else throw wrong(below(at, key), `${about} for '${column.name}'`, shown(value));
      if (word === '') {
        if (nullable) return '';
        throw wrong(below(at, key), `${about} for '${column.name}'`, value === null ? 'null' : 'an empty text', {
          hint: noMissing,
        });
      }
      if (!strict || strict.has(word)) return word;
      const near = didYouMean(word.slice(0, 100), strict);
      throw wrong(below(at, key), `${about} for '${column.name}'`, shown(word), {
        allowed: words!,
        ...(near !== undefined && { hint: `did you mean ${JSON.stringify(near)}?` }),
      });
    },
    show: cell => (cell === '' ? null : cell),
    plain: { numbers: false, words: words?.filter(word => word !== '' && word === word.trim()) ?? [] },
  };
}

const readers = { number: numberReader, date: dateReader, text: wordReader } as const;

/** The reader of a column's cells. */
export const cellReader = (column: EncodedColumn, options: ReadingOptions): CellReader =>
  readers[column.type](column, options);
