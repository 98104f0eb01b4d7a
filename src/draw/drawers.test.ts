/** Drawers on a context that remembers what was painted. */
import { describe, expect, it } from 'vitest';
import { barsNumbers, drawBars } from './bars.ts';
import { confusionLayout, drawConfusion } from './confusion.ts';
import { type Curves, curvesNumbers, drawCurves } from './curves.ts';
import { type Figure, figureNumbers, figureSvg } from './figure.ts';
import { heat, rangeOf } from './heat-map.ts';
import { binned, drawHistogram } from './histogram.ts';
import { csvText, type Look } from './look.ts';
import { drawNetwork, mostEdges, reduced, strongestEdges } from './network.ts';
import { networkLayout } from './network-layout.ts';
import { diverging, hex, inkOn, luminance, palettes, rgb, sequential } from './palette.ts';
import { recording } from './recording.case.ts';
import { drawScatter } from './scatter.ts';

const look = (width: number, height: number): Look => ({ width, height, palette: palettes.light });

/** The contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(rgb(a)), luminance(rgb(b))];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

describe('palettes', () => {
  it.each(Object.values(palettes))('$name: text and lines can be seen', palette => {
    const { background, ink, muted, line, negative, positive, classes } = palette;
    for (const text of [ink, muted]) expect(contrast(text, background)).toBeGreaterThanOrEqual(4.5);
    for (const shape of [line, negative, positive]) expect(contrast(shape, background)).toBeGreaterThanOrEqual(3);
    expect(classes.filter(colour => contrast(colour, background) < 2).length).toBe(0);
    expect(new Set(classes).size).toBe(classes.length);
  });

  it('scales end in their colours, middle in neutral, and are kept within', () => {
    const { light } = palettes;
    expect([-1, 0, 1, -7, Number.NaN].map(share => hex(diverging(light, share)))).toEqual([
      light.negative,
      light.neutral,
      light.positive,
      light.negative,
      light.neutral,
    ]);
    expect([0, 1, 2].map(share => hex(sequential(light, share)))).toEqual([
      light.sequence[0],
      light.sequence.at(-1),
      light.sequence.at(-1),
    ]);
    expect([inkOn([255, 255, 255]), inkOn([0, 0, 0])]).toEqual(['#000000', '#ffffff']);
  });
});

describe('curves', () => {
  const model = (points: readonly (readonly [number, number])[], log = false): Curves => ({
    caption: 'loss',
    x: { label: 'epoch' },
    y: { label: 'loss', log },
    curves: [{ label: 'training', points }],
  });

  it('go up where values grow, to the ends of the box', () => {
    const { context } = recording();
    const { box, toX, toY } = drawCurves(
      context,
      model([
        [0, 1],
        [10, 3],
      ]),
      look(400, 200),
    );
    expect([toX(0), toX(10)]).toEqual([box.x, box.x + box.width]);
    expect([toY(1), toY(3)]).toEqual([box.y + box.height, box.y]);
  });

  it('break at what is not finite, and on a logarithm at what is not above 0', () => {
    const lines = (log: boolean, values: readonly number[]): number => {
      const { context, named } = recording();
      const points = values.map((y, x): [number, number] => [x, y]);
      drawCurves(context, model(points, log), look(400, 200));
      return named('moveTo').length;
    };
    expect(lines(false, [1, 2, Number.NaN, 4, 5]) - lines(false, [1, 2, 3, 4, 5])).toBe(1);
    expect(lines(true, [1, 2, 0, 4, 5]) - lines(true, [1, 2, 3, 4, 5])).toBe(1);
    expect(lines(false, [1, 2, 0, 4, 5]) - lines(false, [5, 2, 3, 4, 0])).toBe(0);
  });

  it('a word beside a mark lies on ground of its own, within the picture', () => {
    const { context, calls } = recording();
    const points = [
      [0, 1],
      [10, 3],
    ] as const;
    drawCurves(context, { ...model(points), marks: [{ x: 10, y: 3, label: 'best: epoch 10' }] }, look(400, 200));
    const word = calls.findIndex(({ name, args }) => name === 'fillText' && args[0] === 'best: epoch 10');
    const [x, y] = calls[word]!.args.slice(1) as [number, number];
    const ground = calls.slice(0, word).findLast(({ name }) => name === 'fillRect')!;
    const [left, top, width, height] = ground.args as [number, number, number, number];
    const reach = context.measureText('best: epoch 10').width;
    expect(ground.fill).toBe(palettes.light.background);
    expect([left <= x, left + width >= x + reach, left + width <= 400]).toEqual([true, true, true]);
    expect([top <= y - 12, top + height >= y]).toEqual([true, true]);
  });

  it('with several: a legend, the dashed one dashed', () => {
    const { context, texts, named } = recording();
    const { curves, ...rest } = model([
      [0, 1],
      [1, 2],
    ]);
    drawCurves(
      context,
      {
        ...rest,
        curves: [
          ...curves,
          {
            label: 'validation',
            points: [
              [0, 2],
              [1, 1],
            ],
            dashed: true,
          },
        ],
      },
      look(400, 200),
    );
    expect(texts()).toEqual(expect.arrayContaining(['training', 'validation', 'epoch', 'loss']));
    const strokes = named('stroke').filter(({ lineWidth }) => lineWidth === 2);
    expect(strokes.map(({ dash }) => dash.length > 0)).toEqual([false, true, false, true]);
  });

  it('numbers: every x once, what a curve lacks is empty', () => {
    const numbers = curvesNumbers({
      ...model([[1, 5]]),
      curves: [
        {
          label: 'a',
          points: [
            [1, 5],
            [2, 6],
          ],
        },
        { label: 'b, "quoted"', points: [[2, 7]] },
      ],
    });
    expect(csvText(numbers)).toBe('epoch,a,"b, ""quoted"""\r\n1,5,\r\n2,6,7\r\n');
  });
});

describe('networks', () => {
  const layers = (sizes: readonly number[], weight: (i: number) => number) => ({
    caption: 'net',
    layers: sizes.map((size, i) => ({
      name: `layer${i}`,
      about: '',
      size,
      ...(i > 0 && { weights: Float32Array.from({ length: sizes[i - 1]! * size }, (_, k) => weight(k)) }),
    })),
  });

  it('edges by sign and size: negative dashed, the largest the widest', () => {
    const { context, named } = recording();
    drawNetwork(
      context,
      layers([2, 2], k => [1, -2, 0.5, 0.1][k]!),
      look(400, 200),
    );
    const edges = named('stroke').filter(({ stroke }) =>
      [palettes.light.positive, palettes.light.negative].includes(stroke),
    );
    expect(edges.map(({ dash }) => dash.length > 0)).toEqual([false, false, false, true]);
    const widths = edges.map(({ lineWidth }) => lineWidth);
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
    expect(edges.at(-1)!.stroke).toBe(palettes.light.negative);
  });

  it('no more than a thousand edges, the strongest of them', () => {
    const weights = Float32Array.from({ length: 2000 }, (_, i) => (i % 2 ? -1 : 1) * i);
    const edges = strongestEdges(weights, 40);
    expect(edges).toHaveLength(mostEdges);
    expect(Math.min(...edges.map(({ weight }) => Math.abs(weight)))).toBe(1000);
    expect(edges.at(-1)).toEqual({ from: 49, to: 39, weight: -1999 });
  });

  it('wide layers are blocks, with a matrix where the edges would be', () => {
    const { context, named, texts } = recording();
    const model = layers([30, 25, 3], k => k);
    const layout = drawNetwork(context, model, look(600, 300));
    expect(layout.columns.map(({ neurons }) => neurons.length)).toEqual([0, 0, 3]);
    expect(named('pixels')).toHaveLength(2);
    expect(texts()).toEqual(expect.arrayContaining(['30', '25']));
    expect(layout).toEqual(networkLayout(model, look(600, 300)));
  });

  it('names of many layers take turns on two lines, and none is cut off', () => {
    const names = ['inputs', 'convolution1', 'max-pool1', 'convolution2', 'batch-norm1', 'flatten1', 'dense1'];
    const model = layers(
      names.map(() => 2),
      () => 1,
    );
    const named = { ...model, layers: model.layers.map((layer, i) => ({ ...layer, name: names[i]! })) };
    const written = (width: number) => {
      const { context, named: calls } = recording();
      drawNetwork(context, named, look(width, 300));
      return calls('fillText').filter(({ args }) => names.includes(String(args[0])));
    };
    const crowded = written(480);
    expect(crowded.map(({ args }) => args[0])).toEqual(names);
    expect(new Set(crowded.map(({ args }) => args[2])).size).toBe(2);
    expect(new Set(written(1600).map(({ args }) => args[2])).size).toBe(1);
  });

  it('a matrix made smaller keeps what is furthest from 0', () => {
    const values = Float32Array.from({ length: 200 * 150 }, (_, i) => (i === 12_345 ? -9 : Math.sin(i)));
    const small = reduced(values, 200, 150, 10);
    expect([small.rows, small.columns]).toEqual([10, 10]);
    expect(Math.min(...small.values)).toBe(-9);
  });

  it('neurons stand inside the picture, none on another', () => {
    const { radius, columns } = networkLayout(
      layers([24, 1, 24], () => 1),
      look(500, 400),
    );
    for (const { neurons } of columns) {
      neurons.forEach(({ x, y }, i) => {
        expect(x - radius).toBeGreaterThanOrEqual(0);
        expect(x + radius).toBeLessThanOrEqual(500);
        expect(y + radius).toBeLessThanOrEqual(400);
        if (i > 0) expect(y - neurons[i - 1]!.y).toBeGreaterThanOrEqual(radius * 2);
      });
    }
  });
});

describe('matrices', () => {
  it('a cell lies where it is painted, with its count in an ink that is read', () => {
    const { context, named } = recording();
    const model = {
      caption: 'c',
      labels: ['a', 'b'],
      counts: [
        [8, 2],
        [0, 5],
      ],
    };
    const layout = drawConfusion(context, model, look(300, 240));
    const { x, y, width, height } = layout.cell(0, 1);
    expect(named('fillRect').map(({ args }) => args)).toContainEqual([x, y, width, height]);
    const two = named('fillText').find(({ args }) => args[0] === '2')!;
    expect([two.args[1], two.args[2]]).toEqual([x + width / 2, y + height / 2]);
    const cell = named('fillRect').find(({ args }) => args[0] === x && args[1] === y)!;
    expect(contrast(two.fill, cell.fill)).toBeGreaterThanOrEqual(4.5);
    expect(confusionLayout(recording().context, model, look(300, 240)).cell(1, 1)).toEqual(layout.cell(1, 1));
  });

  it('a signed scale reaches as far to either side, a sequence from least to most', () => {
    const values = [-1, 3, Number.NaN];
    expect(rangeOf({ values, scale: 'signed' })).toEqual([-3, 3]);
    expect(rangeOf({ values, scale: 'sequence' })).toEqual([-1, 3]);
    expect(hex([...heat(palettes.light, 'signed', [-3, 3], -3)])).toBe(palettes.light.negative);
    expect(rangeOf({ values: [], scale: 'signed' })).toEqual([-1, 1]);
  });
});

it('bins hold every finite value once, the largest in the last', () => {
  const { low, high, counts } = binned([0, 1, 2, 3, 4, Number.NaN, 10], 5);
  expect([low, high, counts]).toEqual([0, 10, [2, 2, 1, 0, 1]]);
  expect(binned([5, 5], 3).counts.reduce((a, b) => a + b)).toBe(2);
  const { context, named } = recording();
  const plot = { caption: 'h', x: { label: 'x' }, counted: 'rows', low, high, counts };
  drawHistogram(context, plot, look(300, 200));
  expect(named('fillRect')).toHaveLength(5);
});

it('bars below 0 are outlined in dashes and end where 0 is', () => {
  const { context, named } = recording();
  const bars = {
    caption: 'b',
    measure: 'drop',
    bars: [
      { label: 'a', value: 2, error: 1 },
      { label: 'b', value: -1 },
    ],
  };
  drawBars(context, bars, look(400, 90));
  const [up, down] = named('fillRect').map(({ args }) => args as number[]);
  expect(down![0]! + down![2]!).toBeCloseTo(up![0]!, 6);
  expect(up![2]! / down![2]!).toBeCloseTo(2, 6);
  expect(named('strokeRect')[0]!.dash.length).toBeGreaterThan(0);
  expect(barsNumbers(bars).rows).toEqual([
    ['a', 2, 1],
    ['b', -1, null],
  ]);
});

it('points lie where their axes say, another group has another shape', () => {
  const { context, named } = recording();
  const model = {
    caption: 's',
    x: { label: 'x' },
    y: { label: 'y' },
    groups: [
      {
        label: 'a',
        points: [
          [0, 0],
          [1, 1],
        ] as const,
      },
      { label: 'b', points: [[0.5, 0.5]] as const },
    ],
  };
  const { toX, toY } = drawScatter(context, model, look(300, 300));
  expect(named('arc').map(({ args }) => args.slice(0, 2))).toContainEqual([toX(1), toY(1)]);
  const corner = named('moveTo').find(
    ({ args }) => Math.abs((args[0] as number) - toX(0.5)) < 5 && Math.abs((args[1] as number) - toY(0.5)) < 5,
  );
  expect(corner).toBeDefined();
});

it('a figure is drawn from its data alone, after a journey as JSON', () => {
  const figure: Figure = {
    kind: 'bars',
    id: 'fruit',
    title: 'Fruit',
    says: 'Apples are ahead.',
    height: 90,
    model: { caption: 'Fruit eaten', measure: 'pieces', bars: [{ label: 'apples & <pears>', value: 3 }] },
  };
  const options = { width: 400, palette: palettes.dark };
  const again = JSON.parse(JSON.stringify(figure)) as Figure;
  expect(figureSvg(again, options)).toBe(figureSvg(figure, options));
  expect(figureSvg(figure, options)).toContain('apples &amp; &lt;pears&gt;');
  expect(figureNumbers(again).rows).toEqual([['apples & <pears>', 3, null]]);
});

it('no lines lie over the colours of an answer, and test points are outlines in the legend, too', () => {
  const model = {
    caption: 'points',
    x: { label: 'x', range: [0, 1] as const },
    y: { label: 'y', range: [0, 1] as const },
    groups: [
      { label: 'a', points: [[0.5, 0.5]] as const },
      { label: 'test a', points: [[0.2, 0.5]] as const, index: 0, hollow: true },
    ],
  };
  const surface = { values: [1], rows: 1, columns: 1, scale: 'signed', range: [-1, 1], x: [0, 1], y: [0, 1] } as const;
  const grids = (parts: object): number => {
    const { context, named } = recording();
    drawScatter(context, { ...model, ...parts }, look(300, 300));
    return named('stroke').filter(({ stroke }) => stroke === palettes.light.grid).length;
  };
  expect(grids({})).toBeGreaterThan(2);
  expect([grids({ grid: false }), grids({ surface })]).toEqual([0, 0]);
  const { context, calls } = recording();
  drawScatter(context, { ...model, groups: [model.groups[0]!, { ...model.groups[1]!, points: [] }] }, look(300, 300));
  const [entry] = calls.filter(({ name, args }) => name === 'fillText' && args[0] === 'test a');
  const mark = calls.slice(0, calls.indexOf(entry!)).findLast(({ name }) => name === 'fill' || name === 'stroke');
  expect(mark!.name).toBe('stroke');
});
