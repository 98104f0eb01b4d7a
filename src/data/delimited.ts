import { HillockError } from '../errors.ts';
import type { CellBatch, CellOptions, RejectedRow } from './cells.ts';
import { type Codes, joinCodes } from './codes.ts';
import { type Dialect, sniffDialect } from './dialect.ts';
import { recordScan, scanRecord } from './records.ts';
import type { ReadNote } from './table.ts';
import { decodeText } from './text.ts';

const sampleLength = 1 << 18;
const longestRecord = 1 << 26;
const shownRejects = 1000;

/** Rows of a CSV, TSV or otherwise delimited text, batch by batch; the dialect is guessed from its first thousand rows. */
export async function* readDelimited(
  stream: AsyncIterable<Uint8Array>,
  source: string,
  options: CellOptions = {},
): AsyncGenerator<CellBatch> {
  let pending = '';
  let codes: Codes = new Uint8Array(0);
  let dialect: Dialect | undefined;
  let line = 1;
  let notes: ReadNote[] = [];
  const scan = recordScan();

  const take = (final: boolean): CellBatch | undefined => {
    let from = 0;
    if (!dialect) {
      dialect = sniffDialect(pending.slice(0, sampleLength), final && pending.length <= sampleLength, options);
      if (!dialect) {
        if (pending.trim() === '') {
          if (final) pending = '';
          return undefined;
        }
        throw unclosed(source, line);
      }
      notes.push(...dialect.notes);
      if (dialect.header) {
        do {
          scanRecord(codes, from, dialect.delimiter.charCodeAt(0), final, scan);
          if (scan.next < 0) throw unclosed(source, line);
          from = scan.next;
          line += scan.breaks;
        } while (scan.count === 1 && scan.starts[0] === scan.ends[0] && from < pending.length);
      }
    }
    const { batch, consumed, nextLine } = scanBatch(pending, codes, from, dialect, final, line, scan);
    line = nextLine;
    pending = pending.slice(consumed);
    codes = codes.subarray(consumed);
    if (pending.length > longestRecord) throw unclosed(source, line);
    const result = { ...batch, notes };
    notes = [];
    return result;
  };

  for await (const piece of decodeText(stream, source)) {
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

function unclosed(source: string, line: number): HillockError {
  return new HillockError(
    'data',
    `${source}: the quotation mark opened in the record at line ${line.toLocaleString('en')} is never closed`,
    'close it, or double it if it belongs to the text',
  );
}

function scanBatch(
  text: string,
  codes: Codes,
  begin: number,
  dialect: Dialect,
  final: boolean,
  firstLine: number,
  scan: ReturnType<typeof recordScan>,
): { batch: CellBatch; consumed: number; nextLine: number } {
  const width = dialect.names.length;
  const delimiter = dialect.delimiter.charCodeAt(0);
  let room = Math.max(16, Math.ceil(text.length / (4 * width)));
  let starts = new Int32Array(room * width);
  let ends = new Int32Array(room * width);
  let escaped = new Uint8Array(room * width);
  let lines = new Float64Array(room);
  let anyEscaped = false;
  const rejected: RejectedRow[] = [];
  let rows = 0;
  let from = begin;
  let line = firstLine;
  while (from < text.length) {
    scanRecord(codes, from, delimiter, final, scan);
    if (scan.next < 0) break;
    const { count } = scan;
    const blank = count === 1 && codes[scan.starts[0]!] !== 34 && scan.starts[0] === scan.ends[0];
    const trailing = count === width + 1 && scan.starts[width] === scan.ends[width];
    if (count === width || trailing) {
      if (!(blank && width === 1)) {
        if (rows === room) {
          room *= 2;
          starts = copyInto(new Int32Array(room * width), starts);
          ends = copyInto(new Int32Array(room * width), ends);
          escaped = copyInto(new Uint8Array(room * width), escaped);
          lines = copyInto(new Float64Array(room), lines);
        }
        const base = rows * width;
        for (let c = 0; c < width; c++) {
          starts[base + c] = scan.starts[c]!;
          ends[base + c] = scan.ends[c]!;
          if (scan.escaped[c]) {
            escaped[base + c] = 1;
            anyEscaped = true;
          }
        }
        lines[rows] = line;
        rows++;
      }
    } else if (!blank) {
      const shown = rejected.length < shownRejects ? `: ${preview(text.slice(from, scan.next))}` : '';
      const cells = Array.from({ length: Math.min(count, width) }, (_, c) => {
        const cell = text.slice(scan.starts[c]!, scan.ends[c]!);
        return scan.escaped[c] ? cell.replaceAll('""', '"') : cell;
      });
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
    starts,
    ends,
    escaped: anyEscaped ? escaped : null,
    lines,
    rejected,
    notes: [],
  };
  return { batch, consumed: from, nextLine: line };
}

function copyInto<T extends Int32Array | Uint8Array | Float64Array>(room: T, old: T): T {
  room.set(old);
  return room;
}

function preview(record: string): string {
  const text = record.trim().replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
