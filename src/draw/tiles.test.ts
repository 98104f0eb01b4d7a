import { expect, test } from 'vitest';
import { palettes } from './palette.ts';
import { recording } from './recording.case.ts';
import { drawTiles, type TilesPicture, tilesLayout } from './tiles.ts';

const look = { width: 600, height: 300, palette: palettes.light };
const model: TilesPicture = {
  columns: [[{ label: 'a' }, { label: 'b' }], [{ picture: [1, -1, 0, 0.5], label: '0.3' }], [{ frozen: true }]],
  edges: [[2, -1], [0.5]],
  format: String,
};

test('an edge for each weight: dashed below 0, the wider the larger', () => {
  const { context, calls } = recording();
  drawTiles(context, model, look);
  const edges = calls.filter(({ name }, i) => name === 'stroke' && calls[i - 1]?.name === 'bezierCurveTo');
  expect(edges.map(({ dash }) => dash.length > 0)).toEqual([true, false, false]);
  expect(edges[0]!.lineWidth).toBeLessThan(edges[1]!.lineWidth);
  expect(edges[0]!.stroke).toBe(palettes.light.negative);
  expect(edges[1]!.stroke).toBe(palettes.light.positive);
});

test('numbers stand on the edges where asked, else on those of the neuron that is singled out', () => {
  const texts = (changes: Partial<TilesPicture>): readonly string[] => {
    const { context, texts } = recording();
    drawTiles(context, { ...model, ...changes }, look);
    return texts();
  };
  expect(texts({})).toEqual(['a', 'b', '0.3']);
  expect(texts({ numbers: true })).toEqual(['-1', '2', '0.5', 'a', 'b', '0.3']);
  expect(texts({ marked: { column: 2, unit: 0 } })).toEqual(['0.5', 'a', 'b', '0.3']);
});

test('the picture of a neuron is its numbers, and a frozen one has a dashed frame', () => {
  const { context, named } = recording();
  drawTiles(context, model, look);
  const [picture] = named('pixels');
  const { width, height, rgb } = picture!.args[0] as { width: number; height: number; rgb: Uint8Array };
  expect([width, height]).toEqual([2, 2]);
  expect([...rgb.subarray(0, 3)]).toEqual([0, 0x72, 0xb2]);
  expect([...rgb.subarray(3, 6)]).toEqual([0xd5, 0x5e, 0]);
  expect(named('strokeRect').map(({ dash }) => dash.length > 0)).toEqual([false, false, false, true]);
});

test.each([
  [[2, 4, 1], 600, 300],
  [[7, 24, 24, 24, 1], 500, 760],
  [[1, 1], 200, 100],
])('tiles of %j do not lie on one another and stay in the picture', (sizes, width, height) => {
  const { columns, size } = tilesLayout(sizes, { width, height });
  for (const column of columns) {
    for (const [i, { x, y }] of column.entries()) {
      expect(Math.min(x, y) - size / 2).toBeGreaterThanOrEqual(0);
      expect(x + size / 2).toBeLessThanOrEqual(width);
      expect(y + size / 2).toBeLessThanOrEqual(height);
      if (i > 0) expect(y - column[i - 1]!.y).toBeGreaterThanOrEqual(size);
    }
  }
});
