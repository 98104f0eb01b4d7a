import { type CellOptions, uniqueNames } from './cells.ts';
import { type Codes, codesOf } from './codes.ts';
import { dateFormats, dateIn } from './dates.ts';
import { isMissing } from './missing.ts';
import { numberIn } from './numbers.ts';
import { cellsOf, type RecordScan, recordScan, scanRecord } from './records.ts';
import type { ReadNote } from './table.ts';

/** How a delimited text is written. */
export interface Dialect {
  readonly delimiter: string;
  /** Whether the first record holds the names. */
  readonly header: boolean;
  readonly names: readonly string[];
  readonly notes: readonly ReadNote[];
}

const delimiters = [',', '\t', ';', '|'];
// A file of one column has none; a zero byte cannot appear in text.
const noDelimiter = '\0';
const sampleRecords = 1000;
const probedCells = 100;

/** Guesses delimiter, header and names from the beginning of a text; undefined when it holds no record. */
export function sniffDialect(sample: string, whole: boolean, options: CellOptions = {}): Dialect | undefined {
  const codes = codesOf(sample);
  const tried = delimiters.map(delimiter => {
    const widths = sampled(codes, delimiter, whole, ({ count }) => count);
    const width = commonest(widths);
    const agreeing = widths.filter(one => one === width).length / Math.max(1, widths.length);
    return { delimiter, width, score: width < 2 ? 0 : agreeing + (widths[0] === width ? 0.5 : 0) };
  });
  const best = tried.reduce((a, b) =>
    b.score > a.score + 1e-9 || (near(a.score, b.score) && b.width > a.width) ? b : a,
  );
  const delimiter = best.score > 0 ? best.delimiter : noDelimiter;
  const records = sampled(codes, delimiter, whole, scan => cellsOf(sample, scan));
  if (records.length === 0) return undefined;
  return { delimiter, ...nameColumns(records, options) };
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9;

/** What `take` finds in the first records that are not blank. */
function sampled<T>(codes: Codes, delimiter: string, whole: boolean, take: (scan: RecordScan) => T): T[] {
  const scan = recordScan();
  const taken: T[] = [];
  let from = 0;
  while (from < codes.length && taken.length < sampleRecords) {
    scanRecord(codes, from, delimiter.charCodeAt(0), whole, scan);
    if (scan.next < 0) {
      if (taken.length > 0) break;
      scanRecord(codes, from, delimiter.charCodeAt(0), true, scan);
      if (scan.next < 0) break;
    }
    from = scan.next;
    if (scan.count > 1 || scan.starts[0] !== scan.ends[0]) taken.push(take(scan));
  }
  return taken;
}

const commonWidth = (records: readonly string[][]): number => commonest(records.map(({ length }) => length));

/** Which number is there most often, the first of several; 0 of none. */
function commonest(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  let best = 0;
  for (const [number, count] of counts) if (count > (counts.get(best) ?? 0)) best = number;
  return best;
}

function nameColumns(records: readonly string[][], options: CellOptions): Omit<Dialect, 'delimiter'> {
  const first = records[0]!;
  const body = records.slice(1);
  const expected = options.like && options.header === undefined ? matchExpected(first, records, options) : undefined;
  if (expected) {
    const message = 'the first row holds no names; the columns were named as the model expects them';
    return { header: false, names: expected, notes: [{ row: 1, message }] };
  }
  if (options.header ?? looksLikeHeader(first, body)) {
    const trimmed = first.length === commonWidth(body) + 1 && first.at(-1) === '' ? first.slice(0, -1) : first;
    return { header: true, ...uniqueNames(trimmed) };
  }
  const width = commonWidth(records);
  const names = namesFor(width, options) ?? Array.from({ length: width }, (_, i) => `column${i + 1}`);
  const message = `the first row holds no names; the columns are called ${names[0]} … ${names.at(-1)}`;
  return { header: false, names, notes: options.header === false ? [] : [{ row: 1, message }] };
}

function namesFor(width: number, { like, target }: CellOptions): readonly string[] | undefined {
  if (!like) return undefined;
  if (like.length === width) return like;
  const features = like.filter(name => name !== target);
  return features.length === width ? features : undefined;
}

/** The expected names, where the first row shows none of its own and the number of columns fits. */
function matchExpected(
  first: string[],
  records: readonly string[][],
  options: CellOptions,
): readonly string[] | undefined {
  const present = first.filter(cell => options.like!.includes(cell)).length;
  if (2 * present >= Math.min(first.length, options.like!.length)) return undefined;
  if (headerVotes(first, records.slice(1)) > 0) return undefined;
  return namesFor(commonWidth(records), options);
}

function looksLikeHeader(first: readonly string[], body: readonly string[][]): boolean {
  if (isCounting(first) && !body.some(isCounting)) return true;
  const votes = headerVotes(first, body);
  if (votes !== 0) return votes > 0;
  return first.every(cell => cell === '' || !isValue(cell)) && new Set(first).size === first.length;
}

/** Whether cells are 0, 1, 2, … or 1, 2, 3, …: the names of columns that were never named. */
function isCounting(cells: readonly string[]): boolean {
  return (
    cells.length >= 3 && /^[01]$/.test(cells[0]!) && cells.every((cell, i) => cell === String(Number(cells[0]) + i))
  );
}

/** Columns whose first cell is unlike the rest speak for a header, those where it is alike against. */
function headerVotes(first: readonly string[], body: readonly string[][]): number {
  let votes = 0;
  first.forEach((cell, i) => {
    const rest = body.map(record => record[i] ?? '').filter(value => !isMissing(value));
    if (rest.length === 0) return;
    const probe = rest.slice(0, probedCells);
    const values = probe.filter(isValue).length / probe.length;
    const year = /^(?:19|20)\d\d$/.test(cell) && rest.some(value => !/^(?:19|20)\d\d$/.test(value));
    if (values > 0.9 && !isMissing(cell)) votes += isValue(cell) ? (year ? 0 : -1) : 1;
    else if (values <= 0.9 && cell !== '' && rest.length > 1 && rest.includes(cell)) votes -= 1;
  });
  return votes;
}

function isValue(cell: string): boolean {
  if (!Number.isNaN(numberIn(cell, '.')) || !Number.isNaN(numberIn(cell, ','))) return true;
  return /\d/.test(cell) && dateFormats.some(format => !Number.isNaN(dateIn(cell, format)));
}
