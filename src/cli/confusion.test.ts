import { describe, expect, test } from 'vitest';
import { confusionMatrix, mostMistaken } from './confusion.ts';

const animals = {
  labels: ['cat', 'dog', '🐟 fish'],
  counts: [
    [50, 2, 0],
    [3, 1045, 1],
    [0, 0, 0],
  ],
};
const screen = { unicode: true, colour: false, columns: 80 };

describe('confusionMatrix', () => {
  test('shows counts, shading, recall and precision', () => {
    expect(confusionMatrix(animals, screen)).toMatchInlineSnapshot(`
      "           predicted
      actual        cat        dog  🐟 fish    recall
      cat        ██  50  ░░      2        0    96.2 %
      dog        ░░   3  ██  1,045  ░░    1    99.6 %
      🐟 fish         0          0        0         -
      precision  94.3 %     99.8 %    0.0 %"
    `);
  });

  test('shades in ASCII', () => {
    expect(confusionMatrix(animals, { ...screen, unicode: false })).toMatchInlineSnapshot(`
      "           predicted
      actual        cat        dog  🐟 fish    recall
      cat        ##  50  ..      2        0    96.2 %
      dog        ..   3  ##  1,045  ..    1    99.6 %
      🐟 fish         0          0        0         -
      precision  94.3 %     99.8 %    0.0 %"
    `);
  });

  test('shows the most frequent mistakes where the classes are too many', () => {
    expect(confusionMatrix(animals, { ...screen, columns: 40 })).toMatchInlineSnapshot(`
      "actual  predicted  times  of actual
      ───────────────────────────────────
      dog     cat            3      0.3 %
      cat     dog            2      3.8 %
      dog     🐟 fish        1      0.1 %"
    `);
  });
});

test('no mistakes are no mistakes', () => {
  expect(
    mostMistaken({
      labels: ['a', 'b'],
      counts: [
        [1, 0],
        [0, 2],
      ],
    }),
  ).toBe('no mistakes');
});
