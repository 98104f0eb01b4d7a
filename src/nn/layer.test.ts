/** What every kind of layer must do, driven by the examples of its record. */
import { describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { grad } from '../grad.ts';
import { constant, type Dim, f32, floats, input, sizeOf, type Tensor, type Value } from '../graph/index.ts';
import { permutation, type Random, random } from '../random.ts';
import {
  type BuildContext,
  forward,
  inference,
  initialise,
  kindOf,
  type LayerSpec,
  layerKinds,
  layerNorm,
  network,
  type PlacedLayer,
  parameterCount,
  parametersOf,
  parseNetwork,
  place,
} from './index.ts';
import { compute, difference, drawn, expectNear, program } from './testing.case.ts';

const rows = 5;
const shapes: readonly (readonly number[])[] = [[3], [2, 3], [2, 7], [2, 5, 6]];

interface Subject {
  readonly title: string;
  readonly spec: LayerSpec;
  readonly shape: readonly number[];
}

function takes(spec: LayerSpec, shape: readonly number[]): boolean {
  try {
    place(network([spec]), shape);
    return true;
  } catch (error) {
    if (error instanceof HillockError && error.kind === 'usage') return false;
    throw error;
  }
}

const subjects: readonly Subject[] = layerKinds.flatMap(kind =>
  kind.examples.flatMap(spec =>
    shapes
      .filter(shape => takes(spec, shape))
      .map(shape => ({ title: `${JSON.stringify(spec)} on rows of [${shape}]`, spec, shape })),
  ),
);

/** A training context that tells what noise was asked for. */
function training(): BuildContext & { readonly noises: readonly Value[] } {
  const noises: Value[] = [];
  const noise = (shape: readonly Dim[]): Value => {
    noises.push(input(`noise ${noises.length}`, shape));
    return noises.at(-1)!;
  };
  return { training: true, members: 1, noise, noises };
}

interface Opened {
  readonly layers: readonly PlacedLayer[];
  readonly x: Value;
  readonly leaves: ReadonlyMap<string, Value>;
}

function opened({ spec, shape }: Subject): Opened {
  const layers = place(network([spec]), shape);
  const leaves = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  return { layers, x: input('x', [rows, ...shape]), leaves };
}

/** Rows whose numbers are so far apart that a small step changes no order among them. */
function apart(shape: readonly number[], rng: Random): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const ranks = permutation(size, rng);
  return f32(
    Float32Array.from(ranks, rank => (4 * (rank + 0.5)) / size - 2),
    shape,
  );
}

function smoothed(spec: LayerSpec): LayerSpec {
  if (!('activation' in spec) || spec.activation !== 'relu') return spec;
  return spec.kind === 'rnn' ? { ...spec, activation: 'tanh' } : { ...spec, activation: 'silu' };
}

/** The same layer without a kink in its activation: no difference quotient holds over one. */
const smooth = ({ spec, ...rest }: Subject): Subject => ({
  ...rest,
  spec: smoothed(spec),
});

/** Values that are no special case: initial ones moved a little. */
function values(layers: readonly PlacedLayer[]): Record<string, Tensor> {
  const rng = random('layer test');
  return Object.fromEntries(
    [...initialise(layers, rng)].map(([name, tensor]) => {
      const data = floats(tensor).map(value => value + 0.3 * Math.abs(rng.normal()) + 0.1);
      return [name, f32(data, tensor.shape)];
    }),
  );
}

describe('every kind of layer', () => {
  test('has examples and says what it computes', () => {
    for (const kind of layerKinds) {
      expect(kind.examples.length, kind.kind).toBeGreaterThan(0);
      expect(kind.about, kind.kind).toMatch(/\.$|\)\.$/);
    }
    expect(new Set(layerKinds.map(({ kind }) => kind)).size).toBe(layerKinds.length);
    expect(subjects.length).toBeGreaterThan(layerKinds.length);
  });

  test.each(layerKinds.map(kind => [kind.kind, kind] as const))(
    '%s survives the round trip through JSON',
    (_, kind) => {
      const spec = network(kind.examples, { members: 2 });
      expect(parseNetwork(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    },
  );
});

describe.each(subjects)('$title', subject => {
  test('its graph has the shape it promises and its parameters are counted', async () => {
    const { layers, x, leaves } = opened(subject);
    const [layer] = layers;
    const { y } = forward(layers, x, leaves, inference);
    expect(y.type.shape).toEqual([rows, ...layer!.outputShape]);
    const sizes = parametersOf(layers).map(({ shape, mask, role }) => {
      if (role === 'statistic') return 0;
      return mask ? mask.filter(Boolean).length : shape.reduce((a, b) => a * b, 1);
    });
    expect(parameterCount(layers)).toBe(sizes.reduce((a, b) => a + b, 0));
    expect(layer!.macs).toBeGreaterThanOrEqual(0);
    const made = await compute(
      [x, ...leaves.values()],
      { y },
      { x: drawn([rows, ...subject.shape], random(1)), ...values(layers) },
    );
    expect(made.y!.length).toBe(rows * layer!.outputShape.reduce((a, b) => a * b, 1));
    expect(made.y!.every(Number.isFinite)).toBe(true);
  });

  test('works on any number of rows', () => {
    const { layers, leaves } = opened(subject);
    const { y } = forward(layers, input('x', ['N', ...subject.shape]), leaves, inference);
    expect(y.type.shape).toEqual(['N', ...layers[0]!.outputShape]);
  });

  test('gradients in training are those of finite differences', async () => {
    const { layers, x, leaves } = opened(smooth(subject));
    const shape = [rows, ...subject.shape];
    const context = training();
    const { y } = forward(layers, x, leaves, context);
    const rng = random(subject.title);
    const dy = drawn(y.type.shape as readonly number[], rng);
    const learned = parametersOf(layers)
      .filter(({ role }) => role !== 'statistic')
      .map(({ name }) => leaves.get(name)!);
    const wrt = kindOf(subject.spec).takesCodes ? learned : [x, ...learned];
    const gradients = Object.fromEntries(grad(y, wrt, constant(dy)).map((d, i) => [`d_${wrt[i]!.name}`, d!]));
    const all = [x, ...leaves.values(), ...context.noises];
    const run = await program(all, { y, ...gradients });
    const total = (values: Float32Array): number => floats(dy).reduce((sum, weight, i) => sum + weight * values[i]!, 0);
    const feeds: Record<string, Tensor> = { x: apart(shape, rng), ...values(layers) };
    for (const { name, type } of context.noises) {
      const dims = type.shape as readonly number[];
      feeds[name!] = f32(
        Float32Array.from({ length: sizeOf(dims) }, () => rng.uniform()),
        dims,
      );
    }
    const at = await run(feeds);
    for (const leaf of wrt) {
      const name = leaf.name!;
      const start = feeds[name]!;
      const size = leaf === x ? (value: number) => 0.1 * Math.sign(value) : (value: number) => 0.3 * value;
      const direction = floats(drawn(start.shape, rng)).map(size);
      const slope = await difference(async t => {
        const moved = floats(start).map((value, k) => value + t * direction[k]!);
        return total((await run({ ...feeds, [name]: f32(moved, start.shape) })).y!);
      });
      const exact = at[`d_${name}`]!.reduce((sum, value, k) => sum + value * direction[k]!, 0);
      expectNear([exact], [slope], 5e-4);
    }
  });

  test('in an ensemble each member is the single network with its own parameters, or the layer says it cannot', async () => {
    const members = 3;
    const kind = kindOf(subject.spec);
    const spec = network([subject.spec], { members });
    if (!kind.members) {
      expect(() => place(spec, subject.shape)).toThrow(/cannot be part of an ensemble of 3 members/);
      return;
    }
    const layers = place(spec, subject.shape);
    const leaves = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
    const x = input('x', [rows, ...subject.shape]);
    const feeds = { x: drawn([rows, ...subject.shape], random(2)), ...values(layers) };
    const { y } = forward(layers, x, leaves, { ...inference, members });
    const together = (await compute([x, ...leaves.values()], { y }, feeds)).y!;
    // A layer without parameters hands the one copy of the rows on.
    const copies = parametersOf(layers).length > 0 ? members : 1;
    const single = opened(subject);
    const alone = forward(single.layers, single.x, single.leaves, inference).y;
    const run = await program([single.x, ...single.leaves.values()], { y: alone });
    const size = together.length / copies;
    for (let member = 0; member < copies; member++) {
      const own = parametersOf(single.layers).map(({ name, shape }) => {
        const count = shape.reduce((a, b) => a * b, 1);
        return [
          name,
          f32(floats(feeds[name as keyof typeof feeds]).slice(member * count, (member + 1) * count), shape),
        ];
      });
      const { y } = await run({ x: feeds.x, ...Object.fromEntries(own) });
      expectNear(together.subarray(member * size, (member + 1) * size), y!, 1e-6);
    }
  });
});

test('a layer that cannot take what it gets is named', () => {
  const wrong = (): unknown =>
    place(network([layerNorm(), { kind: 'dense', units: 2, activation: 'linear', bias: true }]), [1, 2, 3]);
  expect(wrong).toThrow(HillockError);
  expect(wrong).toThrow(/dense1.*\[1,2,3\]/);
});
