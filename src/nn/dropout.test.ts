/** Dropout by hand: what is dropped, what is divided, which inputs share their fate. */
import { expect, test } from 'vitest';
import { f32, floats, input } from '../graph/index.ts';
import { random } from '../random.ts';
import { type BuildContext, dropout, forward, kindOf, network, place } from './index.ts';
import { compute, drawn, expectNear } from './testing.case.ts';

test('dropout drops what its rate says and divides the rest', async () => {
  const x = input('x', [4]);
  const noise = input('noise', [4]);
  const context: BuildContext = { training: true, members: 1, noise: () => noise };
  const { y } = forward(place(network([dropout(0.5)]), [4]), x, new Map(), context);
  const made = await compute([x, noise], { y }, { x: f32([1, 2, 3, 4]), noise: f32([0.1, 0.4, 0.6, 0.9]) });
  expectNear(made.y!, [0, 0, 6, 8], 1e-6);
});

test.each([
  ['a map', 1, [3, 2, 2], [2, 3, 1, 1]],
  ['a sequence', 1, [3, 4], [2, 3, 1]],
  ['a list', 1, [3], [2, 3]],
  ['lists in an ensemble of two', 2, [3], [2, 2, 3]],
] as [string, number, number[], number[]][])(
  'whole channels of %s share one number of noise',
  async (_, members, row, asked) => {
    const shape = members > 1 ? [members, 2, ...row] : [2, ...row];
    const x = input('x', shape);
    const noise = input('noise', asked);
    const shapes: (readonly unknown[])[] = [];
    const context: BuildContext = {
      training: true,
      members,
      noise(wanted) {
        shapes.push(wanted);
        return noise;
      },
    };
    const [layer] = place(network([dropout(0.25, { channels: true })], { members }), row);
    const { y } = kindOf(layer!.spec).build(layer!.spec, x, [], context, {});
    expect(shapes).toEqual([asked]);
    const values = drawn(shape, random(2));
    const uniform = Float32Array.from({ length: asked.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7) % 11) / 11);
    const made = await compute([x, noise], { y }, { x: values, noise: f32(uniform, asked) });
    const each = floats(values).length / uniform.length;
    expectNear(
      made.y!,
      floats(values).map((value, i) => (uniform[Math.floor(i / each)]! > 0.25 ? value / 0.75 : 0)),
      1e-6,
    );
  },
);
