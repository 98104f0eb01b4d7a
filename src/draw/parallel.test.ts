import { describe, expect, it } from 'vitest';
import { palettes } from './palette.ts';
import { drawParallel, type Parallel, parallelBox, parallelNumbers } from './parallel.ts';
import { recording } from './recording.case.ts';

const look = { width: 484, height: 240, palette: palettes.light };
const model: Parallel = {
  caption: 'score by settings',
  axes: ['rate', 'optimizer', 'score'],
  lines: [
    { label: 'a', values: [0.001, 'adam', 0.5] },
    { label: 'b', values: [0.1, 'sgd', 0.9] },
    { label: 'c', values: [0.01, null, 0.7] },
  ],
  better: 'higher',
};

/** The points of each line, in the order in which they were drawn. */
function paths(of: Parallel) {
  const { context, calls, texts } = recording();
  drawParallel(context, of, look);
  const all: { name: string; at: readonly number[] }[][] = [];
  for (const { name, args } of calls) {
    if (name === 'beginPath') all.push([]);
    if (name === 'moveTo' || name === 'lineTo') all.at(-1)!.push({ name, at: args as number[] });
  }
  return {
    lines: all.slice(0, of.lines.length),
    strokes: calls.filter(call => call.name === 'stroke'),
    texts: texts(),
  };
}

describe('parallel coordinates', () => {
  const { x, y, width, height } = parallelBox(look);
  const [left, middle, right] = [x, x + width / 2, x + width];
  const [bottom, top] = [y + height, y];

  it('each value stands on its axis: orders of magnitude evenly apart, words in order, the score by its size', () => {
    const { lines } = paths(model);
    const points = lines.map(line => line.map(({ at }) => at));
    expect(points).toEqual([
      [
        [left, bottom],
        [middle, bottom],
        [right, bottom],
      ],
      [
        [left, expect.closeTo((bottom + top) / 2, 9)],
        [right, expect.closeTo((bottom + top) / 2, 9)],
      ],
      [
        [left, top],
        [middle, top],
        [right, top],
      ],
    ]);
  });

  it('what is not known breaks the line', () => {
    const [, broken] = paths(model).lines;
    expect(broken!.map(({ name }) => name)).toEqual(['moveTo', 'moveTo']);
  });

  it('good runs lie over the others, in the colour of the end', () => {
    const { strokes, texts } = paths({ ...model, better: 'lower' });
    expect(paths({ ...model, better: 'lower' }).lines.at(-1)![0]!.at[1]).toBe(bottom);
    expect(new Set(strokes.slice(0, 3).map(({ stroke }) => stroke)).size).toBe(3);
    expect(texts).toEqual(expect.arrayContaining(['rate', 'optimizer', 'score', 'adam', 'sgd', '0.001', '0.1']));
  });

  it('its numbers are a row a run', () => {
    expect(parallelNumbers(model).rows[2]).toEqual(['c', 0.01, '', 0.7]);
  });
});
