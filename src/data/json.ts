import { HillockError } from '../errors.ts';
import { batchOfStrings, type CellBatch, type CellOptions, type RejectedRow } from './cells.ts';
import type { ReadNote } from './table.ts';
import { decodeText } from './text.ts';

const longestItem = 1 << 26;

interface Item {
  readonly text: string;
  readonly line: number;
}

/** Rows of a JSON array of objects or of JSON Lines, batch by batch; new keys become new columns. */
export async function* readJson(
  stream: AsyncIterable<Uint8Array>,
  source: string,
  _options: CellOptions = {},
): AsyncGenerator<CellBatch> {
  const columns = new Map<string, number>();
  const splitter = itemSplitter(source);
  let objects = 0;
  let single = '';
  const batchOf = (items: readonly Item[], notes: readonly ReadNote[]): CellBatch => {
    const rows: string[][] = [];
    const lines: number[] = [];
    const rejected: RejectedRow[] = [];
    for (const item of items) {
      const cells = objectCells(item.text);
      if (typeof cells === 'string') {
        rejected.push({ line: item.line, message: cells });
        continue;
      }
      objects++;
      if (objects === 1) single = item.text;
      const row: string[] = [];
      for (const [key, cell] of cells) {
        const index = columns.get(key) ?? columns.size;
        columns.set(key, index);
        row[index] = cell;
      }
      rows.push(row);
      lines.push(item.line);
    }
    return batchOfStrings([...columns.keys()], rows, { lines: Float64Array.from(lines), rejected, notes });
  };
  for await (const piece of decodeText(stream, source)) {
    const items = splitter.push(piece.text);
    if (items.length > 0 || piece.notes.length > 0) yield batchOf(items, piece.notes);
  }
  const last = splitter.end();
  const batch = batchOf(last, []);
  if (objects === 1 && !splitter.isArray() && Object.values(JSON.parse(single) as object).some(Array.isArray)) {
    throw new HillockError(
      'data',
      `${source} is one JSON object, expected an array of objects or one object per line`,
      'take the array out of the object that wraps it',
    );
  }
  yield batch;
}

function objectCells(text: string): Map<string, string> | string {
  if (text === '') return 'nothing where an object should be';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `no valid JSON: ${clip(text)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `no JSON object: ${clip(text)}`;
  const object = value;
  return new Map(Object.entries(object).map(([key, cell]) => [nameOf(key, object), cellOf(cell)]));
}

/** The name of a column: its key, or for a blank one a name that no other key of the object has. */
function nameOf(key: string, object: object): string {
  if (key.trim() !== '') return key;
  let name = `unnamed${key}`;
  while (Object.hasOwn(object, name)) name += '_';
  return name;
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Cuts a stream of JSON text into the items of the array it holds, or into its lines. */
function itemSplitter(source: string) {
  let mode: 'unknown' | 'array' | 'lines' = 'unknown';
  let text = '';
  let at = 0;
  let begin = -1;
  let depth = 0;
  let inString = false;
  let closed = false;
  let afterComma = false;
  let checked = false;
  let line = 1;
  let itemLine = 1;

  const scanArray = (items: Item[]): void => {
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (inString) {
        if (code === 92) at++;
        else if (code === 34) inString = false;
        continue;
      }
      if (code === 10) line++;
      if (code === 32 || code === 10 || code === 13 || code === 9) continue;
      if (closed) throw notArray(source, `text after the end of the array at line ${line}`);
      const opening = code === 123 || code === 91;
      const closing = code === 125 || code === 93;
      if (depth === 0 && (code === 44 || code === 93)) {
        if (begin >= 0) items.push({ text: text.slice(begin, at), line: itemLine });
        else if (code === 44 || afterComma) items.push({ text: '', line });
        begin = -1;
        afterComma = code === 44;
        if (code === 93) closed = true;
        continue;
      }
      if (begin < 0) {
        begin = at;
        itemLine = line;
      }
      if (code === 34) inString = true;
      else if (opening) depth++;
      else if (closing) depth--;
    }
    const keep = begin < 0 ? at : begin;
    text = text.slice(keep);
    at -= keep;
    if (begin >= 0) begin = 0;
  };

  const scanLines = (items: Item[], final: boolean): void => {
    for (;;) {
      const end = text.indexOf('\n', at);
      if (end < 0 && !final) break;
      const item = text.slice(at, end < 0 ? text.length : end).trim();
      if (item !== '') items.push({ text: item, line });
      line++;
      at = end < 0 ? text.length : end + 1;
      if (end < 0) break;
    }
    text = text.slice(at);
    at = 0;
  };

  const scan = (final: boolean): Item[] => {
    if (mode === 'unknown') {
      const first = /\S/.exec(text);
      if (!first) return [];
      mode = first[0] === '[' && !/^\s*\[.*\]\s*\n\s*\[/.test(text.slice(0, 4096)) ? 'array' : 'lines';
      if (first[0] !== '[' && first[0] !== '{') throw notArray(source, `it begins with '${clip(text.trim())}'`);
      if (mode === 'array') {
        line += text.slice(0, first.index).split('\n').length - 1;
        at = first.index + 1;
      }
    }
    const items: Item[] = [];
    if (mode === 'array') scanArray(items);
    else scanLines(items, final);
    if (mode === 'lines' && !checked && items[0]) {
      checked = true;
      const fault = objectCells(items[0].text);
      if (typeof fault === 'string') throw notArray(source, `line ${items[0].line} is ${fault}`);
    }
    if (text.length > longestItem) throw notArray(source, 'an item longer than 64 MB');
    return items;
  };

  return {
    push(piece: string): Item[] {
      text += piece;
      return scan(false);
    },
    end(): Item[] {
      const items = scan(true);
      if (mode === 'array' && !closed) throw notArray(source, 'the array is never closed; the file may be cut off');
      return items;
    },
    isArray: () => mode === 'array',
  };
}

function notArray(source: string, found: string): HillockError {
  return new HillockError(
    'data',
    `${source} is not a JSON table: ${found}`,
    'expected an array of objects, or one object per line',
  );
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
