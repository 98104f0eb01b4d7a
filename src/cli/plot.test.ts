import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extent, ticks } from '../draw/ticks.ts';
import { linePlot } from './plot.ts';
import { displayWidth } from './width.ts';

const braille = { unicode: true, colour: false };
const ascii = { unicode: false, colour: false };
const sigmoid = Array.from({ length: 201 }, (_, i): [number, number] => {
  const z = (i - 100) / 16.6;
  return [z, 1 / (1 + Math.exp(-z))];
});

describe('linePlot', () => {
  test('draws a curve with a marked point', () => {
    const plot = {
      series: [{ points: sigmoid }],
      mark: { x: 1.8008, y: 0.8582, label: 'here' },
      xLabel: 'z',
      yLabel: 'ŷ',
    };
    expect(linePlot({ ...plot, y: [0, 1], width: 40, height: 8 }, braille)).toMatchInlineSnapshot(`
      "    ŷ
      1.0 ┤                          ⢀⣀⠤⠴⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉
          │                       ⢀⡠●⠉here
          │                     ⢀⡴⠋
          │                    ⡰⠋
      0.5 ┤                  ⣠⠎⠁
          │                ⣠⠞⠁
          │             ⣀⡤⠊⠁
      0.0 ┤⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠖⠒⠉⠁
          └───┬────────────────┬───────────────┬───
             -5                0               5
                              z"
    `);
  });

  test('draws the same in ASCII', () => {
    const plot = { series: [{ points: sigmoid }], mark: { x: 1.8008, y: 0.8582, label: 'here' }, title: 'sigmoid' };
    expect(linePlot({ ...plot, width: 40, height: 8 }, ascii)).toMatchInlineSnapshot(`
      "     sigmoid
          |                    here   ...:'''''''''
      0.8 +                       ..O''
          |                     .:'
      0.6 +                    :'
      0.4 +                  .:'
          |                .:'
      0.2 +            ..:''
          |.........:'''
          +---+----------------+---------------+---
             -5                0               5"
    `);
  });

  const losses = [
    { label: 'train', points: Array.from({ length: 30 }, (_, i): [number, number] => [i, Math.exp(-i / 8)]) },
    {
      label: 'validation',
      points: Array.from({ length: 30 }, (_, i): [number, number] => [i, 0.3 + Math.exp(-i / 5)]),
    },
  ];

  test('tells several series apart by dashes', () => {
    expect(linePlot({ series: losses, width: 36, height: 6, xLabel: 'epoch' }, braille)).toMatchInlineSnapshot(`
      "    │⠱⡀
      1.0 ┤⢢⠈ ⡀
          │ ⠉⠒⢌⠒ ⡀
      0.5 ┤    ⠉⠢⠬⣑ ⠤⢄
          │        ⠉⠑⠢⠤⠭⣉⣀⡑⠒ ⠒⠒ ⠢⠤ ⠤⠤ ⠤⠤ ⠤⠤ ⠤⠤
          │               ⠈⠉⠉⠒⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⣀⣀
          └┬───────────┬───────────┬───────────
           0          10          20
                          epoch
           ⠒⠒⠒⠒  train
           ⠒⠒ ⠒  validation"
    `);
  });

  test('tells several series apart by characters in ASCII, by colour where there is colour', () => {
    const drawn = linePlot({ series: losses, width: 36, height: 6 }, ascii);
    expect(drawn).toContain('****  train');
    expect(drawn).toContain('++++  validation');
    const coloured = linePlot({ series: losses, width: 36, height: 6 }, { unicode: true, colour: true });
    expect(coloured).toContain('\x1b[36m');
    expect(coloured).toContain('\x1b[35m');
  });

  test('a point that is not finite breaks the curve; nothing to draw is an empty plot', () => {
    const points: [number, number][] = [
      [0, 0],
      [1, Number.NaN],
      [2, Infinity],
      [3, 1],
    ];
    expect(linePlot({ series: [{ points }], width: 12, height: 3 }, ascii)).toMatchInlineSnapshot(`
      "1.0 +           '
      0.5 +
      0.0 +.
          ++------+----
           0      2"
    `);
    expect(linePlot({ series: [{ points: [] }], width: 12, height: 2 }, braille).split('\n')).toHaveLength(4);
  });

  test('no line is wider than asked for, whatever the values', () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, 1e-300, -1e300, Number.NaN));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 20 }), points => {
        const lines = linePlot({ series: [{ points }], width: 20, height: 4 }, braille).split('\n');
        expect(lines).toHaveLength(6);
        for (const line of lines) expect(displayWidth(line)).toBeLessThan(70);
      }),
    );
  });
});

test.each([
  [0, 1, 6, ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']],
  [-6, 6, 7, ['-6', '-4', '-2', '0', '2', '4', '6']],
  [0, 1e-4, 3, ['0.00000', '0.00005', '0.00010']],
  [0, 5e9, 3, ['0', '5000000000']],
  [0.2, 0.9, 2, ['0.2', '0.4', '0.6', '0.8']],
  [3, 3, 5, ['3']],
])('ticks from %d to %d', (low, high, most, labels) => {
  expect(ticks(low, high, most).map(tick => tick.label)).toEqual(labels);
});

test('extent skips what is not finite and widens a point', () => {
  expect(extent([3, Number.NaN, -1, Infinity])).toEqual([-1, 3]);
  expect(extent([5])).toEqual([4.5, 5.5]);
  expect(extent([0])).toEqual([-1, 1]);
  expect(extent([])).toEqual([0, 1]);
});
