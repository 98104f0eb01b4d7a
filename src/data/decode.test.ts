import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeTable } from './decode.ts';
import { cellValue, column, missingCount, type Table } from './table.ts';
import { failure } from './testing.case.ts';
import { decodeText } from './text.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const csv = (text: string, options: Parameters<typeof decodeTable>[2] = {}): Promise<Table> =>
  decodeTable(bytes(text), 'table.csv', options);
const types = (table: Table): string[] => table.columns.map(c => c.type);
const names = (table: Table): string[] => table.columns.map(c => c.name);
const cells = (table: Table, name: string): unknown[] =>
  Array.from({ length: table.rows }, (_, row) => cellValue(column(table, name), row));
const lines = (n: number, line: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => line(i)).join('\n');
const messages = (table: Table): string => table.notes.map(note => note.message).join('\n');

describe('dialect', () => {
  test.each([',', '\t', ';', '|'])(
    'separator %j, quotes, CRLF, byte order mark and empty last lines',
    async separator => {
      const rows = [
        ['name', 'n'],
        ['"Smith, J; ""Jo"" | x"', '1'],
        ['"two\r\nlines"', '2'],
        [' plain ', '3'],
      ];
      const text = `\uFEFF${rows.map(row => row.join(separator)).join('\r\n')}\r\n\r\n\r\n`;
      const table = await csv(text);
      expect(names(table)).toEqual(['name', 'n']);
      expect(cells(table, 'name')).toEqual(['Smith, J; "Jo" | x', 'two\r\nlines', 'plain']);
      expect(cells(table, 'n')).toEqual([1, 2, 3]);
    },
  );

  test('a file of one column, with and without a last line break', async () => {
    for (const text of ['x\n1\n2\n', 'x\n1\n2']) expect(cells(await csv(text), 'x')).toEqual([1, 2]);
  });

  test('a decimal comma beside semicolons', async () => {
    const table = await csv('a;b\n1,5;x\n-2,25;y\n1.000,5;x\n');
    expect(cells(table, 'a')).toEqual([1.5, -2.25, 1000.5]);
    expect(column(table, 'a')).toMatchObject({ decimal: ',' });
    expect(messages(table)).toMatch(/decimal comma/);
  });

  test('any cells survive being written and read as text', async () => {
    const cell = fc.string({ unit: 'grapheme' }).map(text => `k${text}`.replace(/[\p{Cc}\p{Cs}\uFEFF]/gu, '').trim());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), async rows => {
        const quoted = rows.map(row => row.map(text => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n');
        const text = { type: 'text' } as const;
        const table = await csv(`first,second\n${quoted}`, {
          header: true,
          types: new Map([
            ['first', text],
            ['second', text],
          ]),
        });
        expect(cells(table, 'first')).toEqual(rows.map(row => row[0]));
        expect(cells(table, 'second')).toEqual(rows.map(row => row[1]));
      }),
    );
  });

  test('Windows-1252 and UTF-16', async () => {
    const latin = Uint8Array.from([...bytes('city,n\nK'), 0xf6, ...bytes('ln,1\n')]);
    const table = await decodeTable(latin, 'latin.csv');
    expect(cells(table, 'city')).toEqual(['Köln']);
    expect(messages(table)).toMatch(/Windows-1252/);
    const marks = Uint8Array.from([
      ...bytes('word,n\n'),
      0xff,
      ...bytes(',1\n5 '),
      0x80,
      ...bytes(' '),
      0x93,
      0x94,
      ...bytes(',2\n'),
    ]);
    expect(cells(await decodeTable(marks, 'marks.csv'), 'word')).toEqual(['ÿ', '5 € “”']);
    const wide = new Uint8Array(new Uint16Array([0xfeff, ...[...'a\tb\nö\t1\n'].map(c => c.charCodeAt(0))]).buffer);
    expect(cells(await decodeTable(wide, 'wide.txt'), 'a')).toEqual(['ö']);
  });
});

describe('names', () => {
  test('duplicates, blanks, quotes, emoji and __proto__', async () => {
    const table = await csv('a,a, b c ,"say ""hi""",🦔,__proto__,constructor,,a_2\n1,2,3,4,5,6,7,8,9\n');
    expect(names(table)).toEqual(['a', 'a_3', 'b c', 'say "hi"', '🦔', '__proto__', 'constructor', 'column8', 'a_2']);
    expect(cells(table, '__proto__')).toEqual([6]);
    expect(messages(table)).toMatch(/'a' appears more than once/);
  });

  test('a file without a header', async () => {
    const table = await csv('1,x\n2,y\n3,x\n');
    expect(names(table)).toEqual(['column1', 'column2']);
    expect(table.rows).toBe(3);
  });

  test('a file without a header takes the names it is expected to have, with or without the target', async () => {
    const like = ['n', 'word', 'label'];
    const full = await csv('1,x,p\n2,y,q\n', { like });
    expect(names(full)).toEqual(like);
    expect([full.rows, messages(full)]).toEqual([2, expect.stringMatching(/named as the model expects/)]);
    expect(names(await csv('1,x\n2,y\n', { like, target: 'label' }))).toEqual(['n', 'word']);
    expect(names(await csv('word,n\nx,1\ny,2\n', { like }))).toEqual(['word', 'n']);
  });

  test('columns named by counting', async () => {
    expect((await csv('0,1,2\n5,6,7\n8,9,1\n')).rows).toBe(2);
  });

  test('header: false and header: true are obeyed', async () => {
    expect((await csv('a,b\nc,d\n', { header: false })).rows).toBe(2);
    expect(names(await csv('1,2\n3,4\n', { header: true }))).toEqual(['1', '2']);
  });
});

describe('types', () => {
  test('numbers, dates, words and missing cells', async () => {
    const table = await csv('n,d,w,e\n1,2020-01-01,x,\n NA ,NULL,?,\n"1,234",2020-01-03 12:00,y,\n');
    expect(types(table)).toEqual(['number', 'date', 'text', 'number']);
    expect(cells(table, 'n')).toEqual([1, null, 1234]);
    expect(cells(table, 'd')).toEqual(['2020-01-01', null, '2020-01-03T12:00:00']);
    expect(cells(table, 'w')).toEqual(['x', null, 'y']);
    expect(missingCount(column(table, 'e'))).toBe(3);
    expect(messages(table)).toMatch(/read as missing: 'NA' \(1\)/);
    expect(messages(table)).toContain("'1,234' was read as 1234: the comma separates thousands");
  });

  test('infinite values are missing and reported', async () => {
    const table = await csv('x\n1\nInfinity\n-inf\n1e999\n');
    expect(missingCount(column(table, 'x'))).toBe(3);
    expect(table.notes[0]).toMatchObject({ column: 'x', row: 2 });
  });

  test('a word far down in a column of numbers is missing and reported with its row', async () => {
    const n = 300_000;
    const table = await csv(`x,y\n${lines(n, i => (i === n - 10 ? `${i},n/a!` : `${i},${i / 4}`))}`);
    expect(types(table)).toEqual(['number', 'number']);
    expect(missingCount(column(table, 'y'))).toBe(1);
    expect(table.notes).toEqual([
      { column: 'y', row: n - 9, message: "row 299,991: 'n/a!' is not a number; read as missing" },
    ]);
  });

  test('a column that turns out to be words late keeps the words of its first rows', async () => {
    const n = 300_000;
    const table = await csv(`x\n${lines(n, i => (i < n - 5000 ? `0${i % 10}` : `w${i % 3}`))}`);
    expect(types(table)).toEqual(['text']);
    expect(cells(table, 'x').slice(0, 2)).toEqual(['00', '01']);
    expect(messages(table)).toMatch(/98\.\d % of its cells are numbers/);
  });

  test('a rare category of a column with few values is a category, not a slip', async () => {
    const table = await csv(`children\n${lines(1000, i => (i % 300 === 7 ? '4+' : String(i % 4)))}`);
    expect(types(table)).toEqual(['text']);
  });

  test('day and month: decided over all rows, told when open', async () => {
    const closed = await csv(
      `d\n${lines(200, i => `${String((i % 12) + 1).padStart(2, '0')}/${i < 199 ? '05' : '25'}/2020`)}`,
    );
    expect(column(closed, 'd')).toMatchObject({ type: 'date', format: 'mm/dd/yyyy' });
    const open = await csv('d\n01-04-1982\n01-05-1982\n01-06-1982\n');
    expect(column(open, 'd')).toMatchObject({ format: 'dd-mm-yyyy' });
    expect(messages(open)).toMatch(/dd-mm-yyyy or mm-dd-yyyy/);
  });

  test('given types are not doubted', async () => {
    const given = new Map([
      ['a', { type: 'text' }],
      ['b', { type: 'number' }],
    ] as const);
    const table = await csv('a,b\n1,x\n2,5\n', { types: given });
    expect(types(table)).toEqual(['text', 'number']);
    expect(cells(table, 'b')).toEqual([null, 5]);
    expect(messages(table)).toMatch(/row 1: 'x' is not a number/);
  });
});

describe('bad rows and bad files', () => {
  test('ragged rows are left out and reported by line', async () => {
    const table = await csv(`a,b\n"x\ny",1\n${lines(100, i => (i === 50 ? '1,2,3' : `z,${i}`))}\n`);
    expect(table.rows).toBe(100);
    expect(messages(table)).toBe('1 row was left out: line 54 has 3 cells instead of 2: 1,2,3');
  });

  test.each([
    [
      'many ragged rows',
      `a,b\n${lines(20, i => (i % 5 === 0 ? '1' : '1,2'))}`,
      /4 of 20 rows cannot be used: line 2 has 1 cell instead of 2/,
    ],
    ['nothing', '', /is empty/],
    ['blank lines', '\n\n', /is empty/],
    ['names only', 'a,b,c\n', /names \(a, b, c\) but no rows/],
    ['a zero byte', 'a,b\n1,\0\n', /not a text table: found a zero byte/],
    ['control characters', `a${'\u0001\u0002\u0003'.repeat(9)}\n`, /control characters/],
    ['an open quote', 'a,b\n1,"x\n2,y\n', /opened in the record at line 2 is never closed/],
  ])('%s', async (_, text, message) => {
    const error = await failure(csv(text));
    expect([error.kind, error.message]).toEqual(['data', expect.stringMatching(message)]);
  });

  test('what is no text is found alike however a stream is cut', async () => {
    const content = bytes(`\u0001\u0002\u0003${'b'.repeat(50)}\n${lines(900, i => `row ${i}`)}`);
    async function* pieces(length: number) {
      for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
    }
    for (const length of [3, 100, content.length]) {
      let text = '';
      for await (const piece of decodeText(pieces(length), 'x.csv')) text += piece.text;
      expect(text).toHaveLength(content.length);
    }
  });

  test('random bytes never crash the reader', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async content => {
        const result = await decodeTable(content, 'noise.csv').catch((error: Error) => error.name);
        if (typeof result === 'string') expect(result).toBe('HillockError');
      }),
      { numRuns: 300 },
    );
  });
});

describe('JSON', () => {
  const records = [
    { a: 1, w: 'x,y', __proto__x: true },
    { a: 2.5, w: null, late: 'seen' },
  ];
  test('a control character between items is a fault that is told', async () => {
    const table = await decodeTable(bytes(`[${'{"a":1},'.repeat(30)}\u000b{"a":2}]`), 'input');
    expect(table.rows).toBe(30);
    expect(messages(table)).toMatch(/1 item was left out|left out/);
  });

  test.each([
    ['array', JSON.stringify(records)],
    ['indented array', JSON.stringify(records, null, 2)],
    ['lines', records.map(record => JSON.stringify(record)).join('\r\n')],
  ])('%s', async (_, text) => {
    const table = await decodeTable(bytes(text), 'input');
    expect(names(table)).toEqual(['a', 'w', '__proto__x', 'late']);
    expect(cells(table, 'a')).toEqual([1, 2.5]);
    expect(cells(table, 'w')).toEqual(['x,y', null]);
    expect(cells(table, 'late')).toEqual([null, 'seen']);
  });

  test('keys that objects inherit, strings with brackets and escapes', async () => {
    const table = await decodeTable(
      bytes('[{"__proto__": 1, "s": "]}\\"[\\\\"}, {"__proto__": 2, "s": "\\u00e9"}]'),
      'x.json',
    );
    expect(cells(table, '__proto__')).toEqual([1, 2]);
    expect(cells(table, 's')).toEqual([']}"[\\', 'é']);
  });

  test('a broken line among many is left out and reported', async () => {
    const table = await decodeTable(bytes(lines(50, i => (i === 20 ? '{"a": ' : `{"a": ${i}}`))), 'x.jsonl');
    expect([table.rows, messages(table)]).toEqual([49, '1 row was left out: line 21 has no valid JSON: {"a":']);
  });

  test.each([
    ['"text"', /begins with '"text"'/],
    ['[1, 2, 3]', /3 of 3 rows cannot be used: line 1 has no JSON object: 1/],
    ['[{"a": 1}, {"a"', /never closed/],
    ['{"rows": [{"a": 1}]}', /one JSON object, expected an array/],
    ['[]', /is empty/],
    ['{\n"a": 1\n}', /line 1 is no valid JSON/],
  ])('%s', async (text, message) => {
    expect((await failure(decodeTable(bytes(text), 'x.json'))).message).toMatch(message);
  });
});

test('the fingerprint is the same for the same data and differs for other data', async () => {
  const one = await csv('a,b\n1,x\n2,y\n');
  expect((await csv('a;b\r\n1;x\r\n2;"y"')).fingerprint).toBe(one.fingerprint);
  for (const other of ['a,b\n1,x\n3,y\n', 'a,c\n1,x\n2,y\n', 'a,b\n1,x\n2,z\n', 'b,a\nx,1\ny,2\n']) {
    expect((await csv(other)).fingerprint).not.toBe(one.fingerprint);
  }
});
