/** Where the cells of one record of delimited text are; reused from record to record. */
export interface RecordScan {
  count: number;
  starts: Int32Array;
  ends: Int32Array;
  escaped: Uint8Array;
  /** Position after the record; −1 when the text ended inside it. */
  next: number;
  /** Line breaks the record spans, its own included. */
  breaks: number;
  /** Whether the text ended inside a quoted cell. */
  openQuote: boolean;
}

/** Room for scanning records. */
export function recordScan(): RecordScan {
  return {
    count: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    escaped: new Uint8Array(64),
    next: 0,
    breaks: 0,
    openQuote: false,
  };
}

const quote = 34;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const tab = 9;

/**
 * Scans the record of `text` that begins at `from`. Cells are trimmed; a cell in quotes may hold
 * delimiters, line breaks and doubled quotes; a quote inside an unquoted cell is an ordinary character.
 * Unless `final`, a record without its line break is left for more text.
 */
export function scanRecord(text: string, from: number, delimiter: number, final: boolean, scan: RecordScan): void {
  const length = text.length;
  let i = from;
  scan.count = 0;
  scan.breaks = 0;
  scan.next = -1;
  scan.openQuote = false;
  for (;;) {
    while (i < length && isBlank(text.charCodeAt(i), delimiter)) i++;
    let start = i;
    let end = i;
    let escaped = 0;
    let closed = false;
    if (i < length && text.charCodeAt(i) === quote) {
      const after = closingQuote(text, i + 1);
      if (after < 0) {
        scan.openQuote = true;
        return;
      }
      let j = after;
      while (j < length && isBlank(text.charCodeAt(j), delimiter)) j++;
      const code = j < length ? text.charCodeAt(j) : newline;
      if (j >= length && !final) return;
      if (code === delimiter || code === newline || code === carriageReturn) {
        closed = true;
        start = i + 1;
        end = after - 1;
        for (let p = text.indexOf('\n', start); p >= 0 && p < end; p = text.indexOf('\n', p + 1)) scan.breaks++;
        const doubled = text.indexOf('"', start);
        if (doubled >= 0 && doubled < end) escaped = 1;
        while (start < end && text.charCodeAt(start) <= space) start++;
        while (end > start && text.charCodeAt(end - 1) <= space) end--;
        i = j;
      }
    }
    if (!closed) {
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code === delimiter || code === newline || code === carriageReturn) break;
      }
      end = i;
      while (end > start && isBlank(text.charCodeAt(end - 1), delimiter)) end--;
    }
    push(scan, start, end, escaped);
    if (i >= length) {
      if (!final) return;
      scan.next = length;
      return;
    }
    const code = text.charCodeAt(i);
    i++;
    if (code === delimiter) continue;
    if (code === carriageReturn) {
      if (i >= length && !final) return;
      if (text.charCodeAt(i) === newline) i++;
    }
    scan.breaks++;
    scan.next = i;
    return;
  }
}

function closingQuote(text: string, from: number): number {
  let i = text.indexOf('"', from);
  while (i >= 0 && text.charCodeAt(i + 1) === quote) i = text.indexOf('"', i + 2);
  return i < 0 ? -1 : i + 1;
}

function isBlank(code: number, delimiter: number): boolean {
  return code === space || code === 160 || (code === tab && delimiter !== tab);
}

function push(scan: RecordScan, start: number, end: number, escaped: number): void {
  const { count } = scan;
  if (count === scan.starts.length) {
    scan.starts = grown(scan.starts, new Int32Array(2 * count));
    scan.ends = grown(scan.ends, new Int32Array(2 * count));
    scan.escaped = grown(scan.escaped, new Uint8Array(2 * count));
  }
  scan.starts[count] = start;
  scan.ends[count] = end;
  scan.escaped[count] = escaped;
  scan.count = count + 1;
}

function grown<T extends Int32Array | Uint8Array>(old: T, room: T): T {
  room.set(old);
  return room;
}
