import { describe, expect, test } from 'vitest';
import { pairs, table } from './table.ts';
import { displayWidth, padLeft, padRight, singleLine, truncate } from './width.ts';

describe('table', () => {
  test('numbers stand to the right, text to the left, decimals under each other', () => {
    const columns = ['name', 'rows', { header: 'loss', align: 'decimal' as const }];
    const rows = [['adult', 48842, 0.3], 'rule' as const, ['wine', 178, 12.0625], ['none', null, null]];
    expect(table(columns, rows)).toMatchInlineSnapshot(`
      "name    rows     loss
      ─────────────────────
      adult  48842   0.3
      ─────────────────────
      wine     178  12.0625
      none"
    `);
  });

  test('wide characters, emoji and combining marks keep the columns straight', () => {
    const rows = [
      ['日本語', 1],
      ['👩‍👩‍👧 family', 22],
      ['e\u0301te\u0301', 333],
      ['🇯🇵', 4],
    ];
    expect(table(['name', 'n'], rows)).toMatchInlineSnapshot(`
      "name         n
      ──────────────
      日本語       1
      👩‍👩‍👧 family   22
      été        333
      🇯🇵           4"
    `);
  });

  test('a hostile cell stays in its cell', () => {
    expect(table([{ header: 'a\nb', max: 8 }], [['\x1b[2J\nx'], ['much too long']])).toMatchInlineSnapshot(`
      "a\\nb
      ────────
      \\u001b[…
      much to…"
    `);
  });

  test('a table of nothing is its header', () => {
    expect(table(['a', 'b'], [])).toBe('a  b\n────');
  });
});

test('pairs line up their values', () => {
  expect(
    pairs([
      ['seed', 1],
      ['accuracy', '0.9'],
      ['gap', null],
    ]),
  ).toBe('seed      1\naccuracy  0.9\ngap');
});

describe('width', () => {
  test.each([
    ['plain', 5],
    ['', 0],
    ['日本', 4],
    ['한글', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['👍🏽', 2],
    ['🇯🇵', 2],
    ['✓ ŷ', 3],
    ['❤️', 2],
    ['\x1b[31mred\x1b[0m', 3],
    ['zero\u200bwidth', 9],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('padding and cutting count columns, not characters', () => {
    expect([padLeft('日', 4), padRight('日', 4), truncate('日本語', 4), truncate('ok', 2)]).toEqual([
      '  日',
      '日  ',
      '日…',
      'ok',
    ]);
  });

  test('control characters become escapes', () => {
    expect(singleLine('a\n\t\x1b\x7f\u2028')).toBe('a\\n\\t\\u001b\\u007f\\u2028');
  });
});

test('a table fits a terminal: cells are wrapped, then columns left out', () => {
  const columns = [{ header: 'run', wrap: 8 }, { header: 'task', drop: 1 }, 'state'];
  const rows = [['runs/some-thing long', 'regression', 'finished']];
  const narrow = (width: number) => table(columns, rows, { interactive: true, columns: width }).split('\n');
  expect(narrow(80)).toHaveLength(3);
  expect(narrow(32).slice(2)).toEqual(['runs/some-  regression  finished', 'thing long']);
  expect(narrow(24)[0]).toMatch(/^run +state$/);
  expect(table(columns, rows, { interactive: false, columns: 10 })).toContain('regression');
});
