import fc from 'fast-check';
import { makeTable } from '../../../src/data/index.ts';
import { HillockError } from '../../../src/errors.ts';
import { fitEncoder } from '../../../src/features/index.ts';
import { mixedTable } from '../../../src/model/testing.case.ts';
import { random } from '../../../src/random.ts';
import type { Row } from '../../../src/serve/inputs/kind.ts';
import { tableReader } from '../../../src/serve/inputs/table.ts';
import { differs, reader } from '../reader.ts';

const names = ['size', 'co"unt', 'colour'];
const mixed = mixedTable(60, random(5), [...names, 'built']);
const { encoder } = fitEncoder(
  makeTable(
    'plain',
    mixed.columns.filter(({ name }) => names.includes(name)),
  ),
  Int32Array.from({ length: mixed.rows }, (_, i) => i),
);
const input = tableReader(encoder, { acceptUnknown: false });
/** Bit for bit: of missing cells and of signs of zero too. */
const fed = (rows: readonly Row[]): string =>
  Buffer.from((input.feeds(rows).rows!.data as Float32Array).buffer).toString('hex');

/** One number, written in one of the ways that JSON has. */
const number = fc.oneof(
  fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map(value => JSON.stringify(value)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value.toExponential().replace('e', 'E')),
  fc.tuple(fc.integer(), fc.stringMatching(/^\d{1,20}$/)).map(([whole, digits]) => `${whole}.${digits}`),
  fc.stringMatching(/^-?[1-9]\d{0,30}$/),
  fc.constantFrom('0', '-0', '-0.0', '0e-400', '1e22', '9007199254740993', '123456789012345', '1234567890.12345'),
);
const cells = [number, number, fc.constantFrom('"red"', '"Grün"', '"dark blue"')].map(cell =>
  fc.oneof({ arbitrary: cell, weight: 6 }, fc.constant('null')),
);
const blank = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t ');
const row = fc.tuple(fc.tuple(...(cells as [(typeof cells)[0], (typeof cells)[0], (typeof cells)[0]])), blank);

const body = fc
  .tuple(
    fc.array(row, { minLength: 1, maxLength: 70 }),
    fc.boolean(),
    fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
    blank,
  )
  .map(([rows, named, order, gap]) => {
    const between = `${gap},${gap}`;
    const texts = rows.map(([values, own]) =>
      named
        ? `{${own}${order.map(k => `${JSON.stringify(names[k])}${own}:${gap}${values[k]}`).join(between)}${own}}`
        : `[${own}${values.join(between)}${gap}]`,
    );
    return { text: `${gap}[${gap}${texts.join(between)}${gap}]${gap}`, rows: rows.length };
  });

/** Lists of records that POST /predict reads in one pass: what comes of them is what `JSON.parse` and the cells' readers make of them. */
export const httpRecords = reader<readonly Row[]>({
  name: 'http-records',
  file: 'body.json',
  async read(_, bytes) {
    const rows = input.scan!(bytes);
    if (rows) return rows;
    throw new HillockError('data', 'is read another way');
  },
  valid: body.map(({ text, rows }) => ({
    bytes: new TextEncoder().encode(text),
    judge: found => differs('rows', found.length, rows),
  })),
  judge(bytes, found) {
    const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as readonly unknown[];
    return differs('numbers', fed(found), fed(json.map((one, i) => input.read(one, `/${i}`))));
  },
  words: [
    '{"',
    '":',
    '[',
    ']',
    '}',
    'null',
    '"red"',
    '"size"',
    ',',
    'e5',
    'E-',
    '.',
    '-',
    '00',
    'true',
    '\\u0072',
    '\0',
  ],
});
