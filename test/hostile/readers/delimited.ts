import fc from 'fast-check';
import { cellText } from '../../../src/data/cells.ts';
import { decodeTable } from '../../../src/data/decode.ts';
import { readDelimited } from '../../../src/data/delimited.ts';
import type { Table } from '../../../src/data/table.ts';
import { differs, first, reader, type Sample, type Verdict } from '../reader.ts';
import { cellsOf, wholeTable } from './table.ts';

/** Bytes as a file gives them, in pieces of a length. */
export async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** The same in pieces that end with a line. */
async function* piecesOfLines(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at + length) + 1 || bytes.length;
    yield bytes.subarray(at, end);
    at = end;
  }
}

const beyond =
  '20ac 81 201a 192 201e 2026 2020 2021 2c6 2030 160 2039 152 8d 17d 8f 90 2018 2019 201c 201d 2022 2013 2014 2dc 2122 161 203a 153 9d 17e 178'
    .split(' ')
    .map(hex => String.fromCharCode(Number.parseInt(hex, 16)));

const windows = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, character => beyond[character.charCodeAt(0) - 128]!);

/** The text of a file, found without the reader: by its mark, as UTF-8, or as Windows-1252 from the first line that is none. */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  let at = 0;
  let text = '';
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  while (at < bytes.length) {
    const newline = bytes.indexOf(10, at);
    const end = newline < 0 ? bytes.length : newline + 1;
    try {
      text += utf8.decode(bytes.subarray(at, end));
    } catch {
      text += windows(bytes.subarray(at));
      break;
    }
    at = end;
  }
  return text.replace(/^\uFEFF/, '');
}

const trimmed = (text: string): string => text.replace(/^[\0- \u00a0]+|[\0- \u00a0]+$/g, '');

interface Records {
  readonly rows: readonly (readonly string[])[];
  readonly rejected: number;
}

interface Line {
  readonly cells: readonly string[];
  /** Nothing stands in it, not even quotation marks. */
  readonly blank: boolean;
}

/** The cells of a text by regular expressions; undefined where a quotation mark is never closed. */
function split(text: string, delimiter: string): readonly Line[] | undefined {
  const mark = delimiter === '|' ? '\\|' : delimiter;
  const blank = delimiter === '\t' ? '[ \\u00a0]' : '[ \\u00a0\\t]';
  const stop = delimiter === '' ? '[\\r\\n]' : `[\\r\\n${mark}]`;
  const quoted = new RegExp(`${blank}*"((?:[^"]|"")*)"${blank}*(?=${stop}|$)`, 'y');
  const bare = new RegExp(`${blank}*(${stop.replace('[', '[^')}*)`, 'y');
  const trimBare = new RegExp(`${blank}+$`);
  const records: Line[] = [];
  let record: string[] = [];
  let quotes = false;
  let at = 0;
  while (at < text.length || record.length > 0) {
    quoted.lastIndex = at;
    const match = quoted.exec(text);
    if (match) {
      quotes = true;
      record.push(trimmed(match[1]!).replaceAll('""', '"'));
      at = quoted.lastIndex;
    } else {
      const begins = new RegExp(`${blank}*"((?:[^"]|"")*)$`, 'y');
      begins.lastIndex = at;
      if (begins.test(text)) return undefined;
      bare.lastIndex = at;
      record.push(bare.exec(text)![1]!.replace(trimBare, ''));
      at = bare.lastIndex;
    }
    if (at < text.length && text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      record.push('');
    } else at += text.startsWith('\r\n', at) ? 2 : 1;
    records.push({ cells: record, blank: record.length === 1 && record[0] === '' && !quotes });
    record = [];
    quotes = false;
  }
  return records;
}

/** What the records of a table of so many columns are, where its first record holds the names and where not. */
function readings(text: string, width: number): readonly Records[] {
  return [',', '\t', ';', '|', ''].flatMap(delimiter => {
    const records = split(text, delimiter);
    if (!records) return [];
    const begin = records.findIndex(({ cells }) => cells.length > 1 || cells[0] !== '');
    return [records.slice(begin + 1), records].map(body => {
      const fits = (record: readonly string[]): boolean =>
        record.length === width || (record.length === width + 1 && record[width] === '');
      const full = body.filter(({ blank }) => !blank).map(({ cells }) => cells);
      return {
        rows: full.filter(fits).map(record => record.slice(0, width)),
        rejected: full.filter(record => !fits(record)).length,
      };
    });
  });
}

async function judge(bytes: Uint8Array, table: Table): Promise<Verdict> {
  const rows: string[][] = [];
  let rejected = 0;
  let names: readonly string[] = [];
  for await (const batch of readDelimited(piecesOfLines(bytes, 1 + (bytes.length % 61)), 'x')) {
    names = batch.names;
    rejected += batch.rejected.length;
    for (let row = 0; row < batch.rows; row++)
      rows.push(names.map((_, column) => cellText(batch, row * names.length + column)));
  }
  const found = JSON.stringify({ rows, rejected });
  const all = readings(textOf(bytes), names.length);
  return first(
    wholeTable(table),
    differs(
      'names',
      table.columns.map(({ name }) => name),
      names,
    ),
    all.some(reading => JSON.stringify(reading) === found)
      ? undefined
      : `no reading of the text gives ${found.slice(0, 300)}`,
    ...table.columns.map((column, c) =>
      cellsOf(
        column,
        rows.map(row => row[c]!),
      ),
    ),
  );
}

const cell = fc.oneof(
  fc.constantFrom('1', '-2.5', '3e4', '', 'NA', 'word', 'Ærø', '2024-01-31', '"', 'a,b', 'x;y', ' z ', '0.1', '1,5'),
  fc.string({ unit: 'grapheme', maxLength: 6 }).map(text => text.replace(/[\p{Cc}\p{Cs}\uFEFF]/gu, '')),
  fc.integer().map(String),
);
const written = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const valid: fc.Arbitrary<Sample<Table>> = fc
  .record({
    rows: fc
      .integer({ min: 1, max: 3 })
      .chain(width =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 2, maxLength: 12 }),
      ),
    delimiter: fc.constantFrom(',', '\t', ';', '|'),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    mark: fc.constantFrom('', '\uFEFF'),
  })
  .map(({ rows, delimiter, end, mark }) => {
    const names = rows[0]!.map((_, i) => `name ${i}`);
    const lines = [names, ...rows.map(row => row.map(written))].map(line => line.join(delimiter));
    return {
      bytes: new TextEncoder().encode(mark + lines.join(end)),
      judge: table =>
        first(
          ...table.columns.map((column, c) =>
            cellsOf(
              column,
              rows.map(row => trimmed(row[c]!)),
            ),
          ),
        ),
    };
  });

export const delimited = reader<Table>({
  name: 'csv',
  file: 'table.csv',
  read: (_, bytes) => decodeTable(bytes, 'table.csv'),
  valid,
  judge,
  words: [
    ',',
    ';',
    '\t',
    '|',
    '"',
    '""',
    '\n',
    '\r\n',
    '\r',
    '\uFEFF',
    '\0',
    '1e999',
    '-0',
    'NaN',
    '__proto__',
    ' ',
    '\u00a0',
    '\u2028',
  ],
});
