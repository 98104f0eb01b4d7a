import { HillockError } from '../errors.ts';
import type { CellBatch, CellOptions, RejectedRow } from './cells.ts';
import type { Begun, ChunkFormat, ChunkText, ReadUpTo, ScannedChunk } from './chunk-format.ts';
import { type Codes, joinCodes } from './codes.ts';
import { type Dialect, sniffDialect } from './dialect.ts';
import { cellsOf, longestRecord, recordScan, scanRecord } from './records.ts';
import type { ReadNote } from './table.ts';
import { decodeText } from './text.ts';

const sampleLength = 1 << 18;
const shownRejects = 1000;

/** Rows of a CSV, TSV or otherwise delimited text, batch by batch; the dialect is guessed from its first thousand rows. */
export async function* readDelimited(
  stream: AsyncIterable<Uint8Array>,
  source: string,
  options: CellOptions = {},
  after?: ReadUpTo,
): AsyncGenerator<CellBatch> {
  let pending = '';
  let codes: Codes = new Uint8Array(0);
  let dialect: Dialect | undefined = after?.dialect;
  let line = after?.line ?? 1;
  let notes: ReadNote[] = [];

  const take = (final: boolean): CellBatch | undefined => {
    let from = 0;
    if (!dialect) {
      const found = beginDelimited({ text: pending, codes, final }, source, options);
      if (!found) {
        if (final) pending = '';
        return undefined;
      }
      ({ dialect, from, line } = found);
      notes.push(...dialect.notes);
    }
    const { batch, consumed, nextLine } = scanDelimited({ text: pending, codes, final }, { dialect, from, line });
    line = nextLine;
    pending = pending.slice(consumed);
    codes = codes.subarray(consumed);
    if (pending.length > longestRecord) throw unclosed(source, line);
    const result = { ...batch, notes };
    notes = [];
    return result;
  };

  for await (const piece of decodeText(stream, source, after?.bytes)) {
    codes = pending === '' ? piece.codes : joinCodes(codes, piece.codes);
    pending = pending === '' ? piece.text : pending + piece.text;
    notes.push(...piece.notes);
    if (!dialect && pending.length < sampleLength) continue;
    const batch = take(false);
    if (batch) yield batch;
  }
  const last = take(true);
  if (last) yield last;
  if (pending.length > 0) throw unclosed(source, line);
}

/** The dialect of a text, and where behind its names the rows begin; undefined where it is blank. */
function beginDelimited({ text, codes, final }: ChunkText, source: string, options: CellOptions): Begun | undefined {
  const dialect = sniffDialect(text.slice(0, sampleLength), final && text.length <= sampleLength, options);
  if (!dialect) {
    if (text.trim() === '') return undefined;
    throw unclosed(source, 1);
  }
  let from = 0;
  let line = 1;
  if (dialect.header) {
    const scan = recordScan();
    do {
      scanRecord(codes, from, dialect.delimiter.charCodeAt(0), final, scan);
      if (scan.next < 0) throw unclosed(source, line);
      from = scan.next;
      line += scan.breaks;
    } while (scan.count === 1 && scan.starts[0] === scan.ends[0] && from < text.length);
  }
  return { dialect, from, line };
}

/** Delimited text, chunk by chunk. */
export const delimitedChunks: ChunkFormat = {
  begin: beginDelimited,
  scan: scanDelimited,
  rest: (stream, source, after) => readDelimited(stream, source, {}, after),
  unclosed,
};

function unclosed(source: string, line: number): HillockError {
  return new HillockError(
    'data',
    `${source}: the quotation mark opened in the record at line ${line.toLocaleString('en')} is never closed`,
    'close it, or double it if it belongs to the text',
  );
}

function scanDelimited(
  { text, codes, final }: ChunkText,
  { dialect, from: begin, line: firstLine }: Begun,
): ScannedChunk {
  const width = dialect.names.length;
  const delimiter = dialect.delimiter.charCodeAt(0);
  const expected = expectedRows(codes);
  // A record has no more cells than characters, and one.
  const scan = recordScan(Math.min(expected * width, codes.length + 64));
  let lines = new Float64Array(expected);
  let anyEscaped = false;
  const rejected: RejectedRow[] = [];
  let rows = 0;
  let from = begin;
  let line = firstLine;
  while (from < text.length) {
    scanRecord(codes, from, delimiter, final, scan);
    if (scan.next < 0) break;
    const { count } = scan;
    const first = scan.at;
    const blank = count === 1 && codes[scan.starts[first]!] !== 34 && scan.starts[first] === scan.ends[first];
    const trailing = count === width + 1 && scan.starts[first + width] === scan.ends[first + width];
    if (count === width || trailing) {
      if (!(blank && width === 1)) {
        if (rows === lines.length) lines = longer(lines);
        for (let c = first; c < first + width && !anyEscaped; c++) anyEscaped = scan.escaped[c] === 1;
        scan.at += width;
        lines[rows] = line;
        rows++;
      }
    } else if (!blank) {
      const shown = rejected.length < shownRejects ? `: ${preview(text.slice(from, scan.next))}` : '';
      const cells = cellsOf(text, scan).slice(0, width);
      rejected.push({ line, message: `${count} ${count === 1 ? 'cell' : 'cells'} instead of ${width}${shown}`, cells });
    }
    line += scan.breaks;
    from = scan.next;
  }
  const batch: CellBatch = {
    names: dialect.names,
    text,
    codes,
    rows,
    starts: scan.starts,
    ends: scan.ends,
    escaped: anyEscaped ? scan.escaped : null,
    lines,
    rejected,
    notes: [],
  };
  return { batch, consumed: from, nextLine: line };
}

/** About as many rows as a text has, by its beginning. */
function expectedRows(codes: Codes): number {
  const looked = codes.subarray(0, 4096);
  let rows = 1;
  for (const code of looked) if (code === 10) rows++;
  return Math.ceil((1.1 * rows * codes.length) / Math.max(1, looked.length)) + 16;
}

function longer(lines: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * lines.length);
  more.set(lines);
  return more;
}

function preview(record: string): string {
  const text = record.trim().replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
