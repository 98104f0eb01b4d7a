/** A text that is read chunk by chunk: the same rows as read by one, wherever the chunks end. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../random.ts';
import { chunkRows } from './chunk-rows.ts';
import { readChunk } from './chunk-task.ts';
import type { ChunkReaders } from './chunk-threads.ts';
import { textFormat } from './decode.ts';
import { cellRows, drawTable, type RowSource } from './drawn.ts';
import { type Column, cellValue, type Table } from './table.ts';

const source = 'text.csv';
const format = textFormat(source, '');
const utf8 = new TextEncoder();

/** Readers of which those asked later are done first. */
const readers = (size: number): ChunkReaders => ({
  size,
  read: async task => {
    for (let i = 2 * size; i > task.bytes.length % size; i--) await Promise.resolve();
    return readChunk(structuredClone(task));
  },
  close: async () => undefined,
});

function pieceByPiece(bytes: Uint8Array) {
  return async function* (): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += 1000) yield bytes.slice(from, from + 1000);
  };
}

const byOne = (bytes: Uint8Array): RowSource =>
  cellRows(source, () => format.read(pieceByPiece(bytes)(), source, { header: true }));

function byChunks(bytes: Uint8Array, chunkBytes: number, size = 3): RowSource {
  const chunks = format.chunks!;
  const text = {
    source,
    read: pieceByPiece(bytes),
    format: { ...format, chunks },
    options: { header: true },
    chunkBytes,
  };
  return chunkRows(text, () => readers(size));
}

const rowsOf = (rows: number, columns: readonly Column[]) =>
  Array.from({ length: rows }, (_, row) => columns.map(column => cellValue(column, row)));

async function cellsOf(from: RowSource): Promise<unknown> {
  const table = await drawTable(source, from, { rng: random(1), size: 1e6 });
  const all: unknown[] = [];
  for await (const { rows, columns } of from.pieces(table.columns)) all.push(...rowsOf(rows, columns));
  return {
    rows: table.whole!.rows,
    drawn: rowsOf(table.rows, table.columns),
    places: table.whole!.places,
    notes: table.notes,
    all,
  };
}

const outcome = (from: RowSource): Promise<unknown> =>
  cellsOf(from).catch(error => ({
    message: (error as Error).message.replace(/\d+ control/, 'control'),
    name: (error as Error).name,
  }));

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

describe('rows of chunks', () => {
  test('cells with quotation marks, line breaks and separators, chunks of any size', async () => {
    const plain = fc.stringMatching(/^[a-zé€😀 0-9]{0,6}$/u);
    const odd = fc.stringMatching(/^[a-z",\n\r;é]{0,6}$/).map(quoted);
    const loose = fc.stringMatching(/^[a-z][a-z"]{0,4}$/);
    const row = fc.array(fc.oneof(plain, plain, odd, loose), { minLength: 3, maxLength: 3 });
    const ending = fc.constantFrom('\n', '\r\n');
    const text = fc
      .tuple(fc.array(row, { minLength: 1, maxLength: 60 }), ending, fc.boolean())
      .map(([rows, end, last]) => ['a,b,c', ...rows.map(cells => cells.join(','))].join(end) + (last ? end : ''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 120 }), fc.boolean(), async (written, size, mark) => {
        const bytes = utf8.encode((mark ? '\ufeff' : '') + written);
        expect(await outcome(byChunks(bytes, size))).toEqual(await outcome(byOne(bytes)));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [
      'not UTF-8 from some row on',
      [...utf8.encode(`a,b\n${'1,x\n'.repeat(200)}`), 0x31, 0x2c, 0xe9, 0x0a, 0x32, 0x2c, 0x79],
    ],
    ['UTF-16', [0xff, 0xfe, ...Buffer.from(`a,b\n${'1,x\n'.repeat(200)}`, 'utf16le')]],
    ['a quotation mark that is never closed', utf8.encode(`a,b\n${'1,x\n'.repeat(200)}2,"y\n${'1,x\n'.repeat(200)}`)],
    ['a zero byte', utf8.encode(`a,b\n${'1,x\n'.repeat(200)}2,\0\n`)],
    ['control characters', utf8.encode(`a,b\n${'\x01\x02\x03,x\n'.repeat(200)}`)],
    ['rows of other widths', utf8.encode(`a,b\n${'1,x\n'.repeat(200)}2\n3,4,5\n${'1,x\n'.repeat(200)}`)],
    ['line breaks of old Macs', utf8.encode(`a,b\r${'1,x\r'.repeat(500)}`)],
    ['a blank beginning', utf8.encode(`${'\n'.repeat(300)}a,b\n1,2\n`)],
    ['names alone', utf8.encode('a,b\n')],
    ['many broken rows', utf8.encode(`a,b\n${'1,2\n3\n'.repeat(300)}`)],
  ])('%s', async (_, bytes) => {
    for (const size of [64, 500, 1 << 20])
      expect(await outcome(byChunks(Uint8Array.from(bytes), size))).toEqual(
        await outcome(byOne(Uint8Array.from(bytes))),
      );
  });

  test('the dialect is guessed from more than the names where the first row is long', async () => {
    const bytes = utf8.encode(`last, first;age\n${'x'.repeat(400)};1\n${'y;2\n'.repeat(300)}`);
    const { drawn } = (await outcome(byChunks(bytes, 500))) as { drawn: unknown[][] };
    expect(drawn[1]).toEqual(['y', 2]);
    expect(await outcome(byChunks(bytes, 500))).toEqual(await outcome(byOne(bytes)));
  });

  test('text without line breaks of its own is read by one, and no chunk grows with it', async () => {
    const sizes: number[] = [];
    const bytes = utf8.encode(`a,b\r${'1,x\r'.repeat(5000)}`);
    const text = { source, read: pieceByPiece(bytes), options: { header: true }, chunkBytes: 1000 };
    const counting = (): ChunkReaders => {
      const own = readers(2);
      return {
        ...own,
        read(task) {
          sizes.push(task.bytes.length);
          return own.read(task);
        },
      };
    };
    const from = chunkRows({ ...text, format: { ...format, chunks: format.chunks! } }, counting);
    expect(await outcome(from)).toEqual(await outcome(byOne(bytes)));
    expect(sizes).toEqual([]);
  });

  test('what is drawn does not depend on how many read', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i},${i % 7}`);
    const bytes = utf8.encode(`place,other\n${rows.join('\n')}\n`);
    const drawn = async (size: number): Promise<Table> =>
      drawTable(source, byChunks(bytes, 512, size), { rng: random(3), size: 300 });
    const one = await drawn(1);
    expect(one.whole!.rows).toBe(5000);
    expect(one.rows).toBeGreaterThan(200);
    expect(one.columns[0]).toMatchObject({ name: 'place', values: one.whole!.places });
    for (const size of [2, 5])
      expect(await drawn(size).then(({ whole, columns }) => [whole!.places, columns])).toEqual([
        one.whole!.places,
        one.columns,
      ]);
  });

  test('a reader that fails ends the reading, and all are closed', async () => {
    let closed = 0;
    const broken = (): ChunkReaders => ({
      size: 2,
      read: () => Promise.reject(new Error('broken')),
      close: async () => void closed++,
    });
    const text = { source, read: pieceByPiece(utf8.encode('a\n1\n'.repeat(900))), options: {}, chunkBytes: 100 };
    const from = chunkRows({ ...text, format: { ...format, chunks: format.chunks! } }, broken);
    await expect(from.draw(10, random(1))).rejects.toThrow('broken');
    expect(closed).toBe(1);
  });
});
