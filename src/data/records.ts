import type { Codes } from './codes.ts';

/** Characters of a record beyond which a quotation mark was not closed. */
export const longestRecord = 1 << 26;

/** Where the cells of records of delimited text are; reused from record to record. */
export interface RecordScan {
  /** Where the cells of the next record are put in `starts`, `ends` and `escaped`, which grow as they must. */
  at: number;
  /** Cells of the record. */
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  escaped: Uint8Array;
  /** Position after the record; −1 when the text ended inside it. */
  next: number;
  /** Line breaks the record spans, its own included. */
  breaks: number;
}

/** Room for scanning records of about so many cells in all. */
export function recordScan(room = 64): RecordScan {
  return {
    at: 0,
    count: 0,
    starts: new Int32Array(room),
    ends: new Int32Array(room),
    escaped: new Uint8Array(room),
    next: 0,
    breaks: 0,
  };
}

const quote = 34;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const hardSpace = 160;
const tab = 9;

/**
 * Scans the record that begins at `from`. Cells are trimmed; a cell in quotes may hold delimiters,
 * line breaks and doubled quotes; a quote inside an unquoted cell is an ordinary character.
 * Unless `final`, a record without its line break is left for more text.
 */
export function scanRecord(codes: Codes, from: number, delimiter: number, final: boolean, scan: RecordScan): void {
  const { length } = codes;
  const { at } = scan;
  let { starts, ends, escaped } = scan;
  // Most characters of a cell are beyond all that may end it.
  const last = Math.max(delimiter, carriageReturn);
  let cell = at;
  let breaks = 0;
  let i = from;
  scan.next = -1;
  for (;;) {
    if (cell === starts.length) {
      grow(scan);
      ({ starts, ends, escaped } = scan);
    }
    while (i < length && isBlank(codes[i]!, delimiter)) i++;
    let start = i;
    let end = -1;
    escaped[cell] = 0;
    if (i < length && codes[i] === quote) {
      let j = i + 1;
      let inside = 0;
      let doubled = 0;
      for (; j < length; j++) {
        const code = codes[j]!;
        if (code === newline) inside++;
        else if (code === quote) {
          if (codes[j + 1] !== quote) break;
          doubled = 1;
          j++;
        }
      }
      if (j >= length) return;
      const close = j++;
      while (j < length && isBlank(codes[j]!, delimiter)) j++;
      if (j >= length && !final) return;
      if (j >= length || codes[j] === delimiter || codes[j] === newline || codes[j] === carriageReturn) {
        breaks += inside;
        escaped[cell] = doubled;
        start = i + 1;
        end = close;
        while (start < end && isSpace(codes[start]!)) start++;
        while (end > start && isSpace(codes[end - 1]!)) end--;
        i = j;
      }
    }
    if (end < 0) {
      for (; i < length; i++) {
        const code = codes[i]!;
        if (code > last) continue;
        if (code === delimiter || code === newline || code === carriageReturn) break;
      }
      end = i;
      while (end > start && isBlank(codes[end - 1]!, delimiter)) end--;
    }
    starts[cell] = start;
    ends[cell] = end;
    cell++;
    if (i >= length) {
      if (!final) return;
      break;
    }
    const code = codes[i++]!;
    if (code === delimiter) continue;
    if (code === carriageReturn) {
      if (i >= length && !final) return;
      if (codes[i] === newline) i++;
    }
    breaks++;
    break;
  }
  scan.count = cell - at;
  scan.breaks = breaks;
  scan.next = i;
}

/** The texts of the cells of the record that was scanned last. */
export function cellsOf(text: string, { at, count, starts, ends, escaped }: RecordScan): string[] {
  return Array.from({ length: count }, (_, c) => {
    const cell = text.slice(starts[at + c]!, ends[at + c]!);
    return escaped[at + c] ? cell.replaceAll('""', '"') : cell;
  });
}

function isSpace(code: number): boolean {
  return code <= space || code === hardSpace;
}

function isBlank(code: number, delimiter: number): boolean {
  return code === space || code === hardSpace || (code === tab && delimiter !== tab);
}

function grow(scan: RecordScan): void {
  const { starts, ends, escaped } = scan;
  const room = 2 * starts.length;
  scan.starts = new Int32Array(room);
  scan.ends = new Int32Array(room);
  scan.escaped = new Uint8Array(room);
  scan.starts.set(starts);
  scan.ends.set(ends);
  scan.escaped.set(escaped);
}
