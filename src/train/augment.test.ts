/** Variants of images against what a person would draw by hand. */
import { describe, expect, test } from 'vitest';
import { plainPixels } from '../features/index.ts';
import { u8 } from '../graph/index.ts';
import { random } from '../random.ts';
import { type AugmentTask, augmentInto } from './augment.ts';
import {
  type Augmentation,
  augmentationSchema,
  augmentKinds,
  covered,
  mirrored,
  moved,
  turned,
} from './augment-kinds.ts';

/** Two channels of three rows of four; the second is the first plus 100. */
const frame = { channels: 2, height: 3, width: 4, zero: Uint8Array.of(7, 9) };
const first = [
  [11, 12, 13, 14],
  [21, 22, 23, 24],
  [31, 32, 33, 34],
];
const picture = (rows: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([...rows.flat(), ...rows.flat().map(value => value + 100)]);
const image = picture(first);

function changed(change: (from: Uint8Array, to: Uint8Array) => void): Uint8Array {
  const to = new Uint8Array(image.length).fill(255);
  change(image, to);
  expect(image).toEqual(picture(first));
  return to;
}

describe('by hand', () => {
  test('moved right and down: edge pixels stand beyond the edge', () => {
    expect(changed((from, to) => moved(from, to, frame, 1, 2))).toEqual(
      picture([
        [11, 11, 12, 13],
        [11, 11, 12, 13],
        [11, 11, 12, 13],
      ]),
    );
  });

  test('moved left and up', () => {
    expect(changed((from, to) => moved(from, to, frame, -2, -1))).toEqual(
      picture([
        [23, 24, 24, 24],
        [33, 34, 34, 34],
        [33, 34, 34, 34],
      ]),
    );
  });

  test('moved further than it is wide', () => {
    expect(changed((from, to) => moved(from, to, frame, 9, 0))).toEqual(
      picture(first.map(([left]) => [left!, left!, left!, left!])),
    );
    expect(changed((from, to) => moved(from, to, frame, -9, 0))).toEqual(
      picture(first.map(row => Array(4).fill(row[3]!))),
    );
    expect(changed((from, to) => moved(from, to, frame, 0, 0))).toEqual(image);
  });

  test('mirrored', () => {
    expect(changed((from, to) => mirrored(from, to, frame))).toEqual(picture(first.map(row => row.toReversed())));
  });

  test('covered: a square around a pixel, cut off at the border, of what the network sees as 0', () => {
    const expected = Uint8Array.from(image);
    for (const [y, x] of [
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
    ] as const) {
      expected[y * 4 + x] = 7;
      expected[12 + y * 4 + x] = 9;
    }
    expect(changed((from, to) => covered(from, to, frame, 3, 3, 0))).toEqual(expected);
    // An even side reaches further up and left.
    const even = Uint8Array.from(image);
    for (const [y, x] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      even[y * 4 + x] = 7;
      even[12 + y * 4 + x] = 9;
    }
    expect(changed((from, to) => covered(from, to, frame, 2, 1, 1))).toEqual(even);
  });
});

describe('turned', () => {
  const square = { ...frame, channels: 1, height: 4, width: 4 };
  const source = Uint8Array.from({ length: 16 }, (_, i) => 3 + i * 16);
  const turn = (angle: number): number[] => {
    const to = new Uint8Array(16);
    turned(source, to, square, angle);
    return [...to];
  };
  const at = (y: number, x: number): number => source[y * 4 + x]!;
  const each = (f: (y: number, x: number) => number): number[] =>
    Array.from({ length: 16 }, (_, i) => f(Math.floor(i / 4), i % 4));

  test('by quarters is exact: counterclockwise, the right edge comes to the top', () => {
    expect(turn(0)).toEqual([...source]);
    expect(turn(Math.PI / 2)).toEqual(each((y, x) => at(x, 3 - y)));
    expect(turn(Math.PI)).toEqual(each((y, x) => at(3 - y, 3 - x)));
    expect(turn(-Math.PI / 2)).toEqual(each((y, x) => at(3 - x, y)));
  });

  test('between: the bilinear mean, written out for one pixel', () => {
    const angle = 0.3;
    const [dx, dy] = [2 - 1.5, 1 - 1.5];
    const x = 1.5 + Math.cos(angle) * dx - Math.sin(angle) * dy;
    const y = 1.5 + Math.sin(angle) * dx + Math.cos(angle) * dy;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const weights = [
      [at(top, left), (1 - (x - left)) * (1 - (y - top))],
      [at(top, left + 1), (x - left) * (1 - (y - top))],
      [at(top + 1, left), (1 - (x - left)) * (y - top)],
      [at(top + 1, left + 1), (x - left) * (y - top)],
    ];
    expect(turn(angle)[1 * 4 + 2]).toBe(Math.round(weights.reduce((sum, [value, w]) => sum + value! * w!, 0)));
  });

  test('an image of one value stays as it is, edges and rounding included', () => {
    const to = new Uint8Array(24);
    for (const value of [0, 127, 255]) {
      for (const angle of [0.1, 1, 2.5, -0.7]) {
        turned(new Uint8Array(24).fill(value), to, frame, angle);
        expect(new Set(to)).toEqual(new Set([value]));
      }
    }
  });
});

const rows = 4000;
const shape = [4, 5, 1] as const;
/** Each image is black with one white pixel in the middle. */
const task = (augment: Augmentation, more: Partial<AugmentTask> = {}): AugmentTask => ({
  x: u8(
    Uint8Array.from({ length: rows * 20 }, (_, i) => (i % 20 === 7 ? 255 : 0)),
    [rows, 1, 4, 5],
  ),
  trainRows: Int32Array.from({ length: rows }, (_, i) => i),
  pixels: { ...plainPixels(shape), mean: [0.2] },
  augment,
  seed: 3,
  ...more,
});
function made(of: AugmentTask, epoch = 0): Uint8Array {
  const target = new Uint8Array(rows * 20);
  augmentInto(target, of, epoch);
  return target;
}
const images = (pixels: Uint8Array): Uint8Array[] =>
  Array.from({ length: rows }, (_, row) => pixels.subarray(row * 20, row * 20 + 20));

describe('draws', () => {
  /** Within five standard deviations of a share of the rows. */
  const near = (count: number, share: number): void => {
    expect(Math.abs(count - rows * share)).toBeLessThan(5 * Math.sqrt(rows * share * (1 - share)));
  };
  const counted = (pixels: Uint8Array): number[] => {
    const counts = new Array<number>(20).fill(0);
    for (const one of images(pixels)) counts[one.indexOf(255)]!++;
    return counts;
  };

  test('shift: every move equally often', () => {
    const counts = counted(made(task({ shift: 1 })));
    for (const place of [1, 2, 3, 6, 7, 8, 11, 12, 13]) near(counts[place]!, 1 / 9);
  });

  test('flip: every other time', () => {
    const counts = counted(
      made(
        task(
          { flip: 'horizontal' },
          { x: { ...task({}).x, data: Uint8Array.from({ length: rows * 20 }, (_, i) => (i % 20 === 6 ? 255 : 0)) } },
        ),
      ),
    );
    near(counts[6]!, 0.5);
    near(counts[8]!, 0.5);
  });

  test('cutout: every pixel is the centre equally often', () => {
    const counts = new Array<number>(20).fill(0);
    for (const one of images(made(task({ cutout: 1 })))) counts[one.indexOf(51)]!++;
    for (const count of counts) near(count, 1 / 20);
  });

  test('rotate: uniform between −a and a', () => {
    const angles: number[] = [];
    const rotate = augmentKinds.find(({ name }) => name === 'rotate')!;
    const wide = { channels: 1, height: 201, width: 201, zero: Uint8Array.of(0) };
    // A white spot 80 to the right of the centre: where it comes to tells the angle.
    const from = new Uint8Array(201 * 201);
    const to = new Uint8Array(201 * 201);
    for (const y of [99, 100, 101]) from.fill(255, y * 201 + 179, y * 201 + 182);
    for (let i = 0; i < 200; i++) {
      rotate.apply(from, to, wide, 30, random(i));
      const rows = Array.from({ length: 201 }, (_, y) =>
        to.subarray(y * 201, y * 201 + 201).reduce((a, b) => a + b, 0),
      );
      const total = rows.reduce((a, b) => a + b, 0);
      angles.push(Math.asin((100 - rows.reduce((sum, value, y) => sum + value * y, 0) / total) / 80) * (180 / Math.PI));
    }
    expect(Math.max(...angles)).toBeLessThan(31);
    expect(Math.min(...angles)).toBeGreaterThan(-31);
    for (const edge of [-15, 0, 15]) {
      const below = angles.filter(angle => angle < edge).length;
      expect(Math.abs(below - 200 * ((edge + 30) / 60))).toBeLessThan(5 * Math.sqrt(200 / 4));
    }
  });
});

describe('augmentInto', () => {
  const all: Augmentation = { rotate: 20, flip: 'horizontal', shift: 1, cutout: 2 };

  test('is a pure function of seed, epoch and row', () => {
    expect(made(task(all))).toEqual(made(task(all)));
    expect(made(task(all), 1)).not.toEqual(made(task(all), 0));
    expect(made(task(all, { seed: 4 }))).not.toEqual(made(task(all)));
    const backwards = made(task(all, { trainRows: task(all).trainRows.toReversed() }));
    expect(backwards).toEqual(made(task(all)));
    expect(new Set(images(made(task(all))).map(String)).size).toBeGreaterThan(100);
  });

  test('what a kind draws does not depend on the other kinds', () => {
    const shifted = made(task({ shift: 1 }));
    const both = made(task({ shift: 1, cutout: 1 }));
    const before = images(shifted);
    const uncovered = images(both).filter((one, row) =>
      one.every((value, i) => value === 51 || value === before[row]![i]),
    );
    expect(uncovered.length).toBe(rows);
  }, 30_000);

  test('other rows are left alone', () => {
    const target = new Uint8Array(rows * 20).fill(99);
    augmentInto(target, task(all, { trainRows: Int32Array.of(3, 8) }), 0);
    images(target).forEach((one, row) => {
      expect(one.every(value => value === 99)).toBe(row !== 3 && row !== 8);
    });
  });
});

test('specifications are checked', () => {
  expect(augmentationSchema.parse({ shift: 2, flip: 'horizontal' })).toEqual({ shift: 2, flip: 'horizontal' });
  for (const wrong of [{ shift: 0 }, { shift: 1.5 }, { flip: true }, { rotate: -3 }, { zoom: 2 }, { cutout: '8' }]) {
    expect(augmentationSchema.safeParse(wrong).success).toBe(false);
  }
});
