/** What tests of lowered graphs share: the plain graph is the oracle. */
import { f32, type Tensor, topological, type Value } from '../graph/index.ts';
import { compute, expectNear } from '../nn/testing.case.ts';
import { type Random, random } from '../random.ts';
import { blocksOfChannels, type Forms, lower } from './index.ts';

interface Options {
  /** Numbers are −2 … 2, so that many are equal. */
  readonly whole?: boolean;
  readonly scale?: number;
  /** Largest difference, as a part of the largest number of a value (or of a tenth of the largest of all). */
  readonly tolerance?: number;
  /** How many channels lie together in the runtime's own convolutions. */
  readonly block?: number | undefined;
  /** The form of a convolution; absent = as the rules say. */
  readonly pick?: Forms['choose'];
}

function drawn({ type }: Value, rng: Random, { whole = false, scale = 1 }: Options): Tensor {
  const shape = type.shape as readonly number[];
  const value = (): number => (whole ? rng.below(5) - 2 : scale * rng.normal());
  return f32(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value), shape);
}

/** Expects values to be what `lower` makes of them; returns the names of the ops that are used then. */
export async function compared(
  inputs: readonly Value[],
  values: readonly Value[],
  options: Options = {},
): Promise<ReadonlySet<string>> {
  const body = { state: [], emit: values };
  const ruled: Forms = options.block === undefined ? {} : { blocks: blocksOfChannels(options.block) };
  const { pick } = options;
  const { emit } = lower(body, { ...ruled, choose: pick });
  const rng = random('lowered graphs');
  const feeds = Object.fromEntries(inputs.map(value => [value.name!, drawn(value, rng, options)]));
  const named = (list: readonly Value[]) => Object.fromEntries(list.map((value, i) => [`y${i}`, value]));
  const [wanted, got] = [await compute(inputs, named(values), feeds), await compute(inputs, named(emit), feeds)];
  const most = (list: Float32Array): number => list.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const ofAll = Math.max(...Object.values(wanted).map(most));
  for (const [name, expected] of Object.entries(wanted)) {
    const largest = Math.max(most(expected), ofAll / 10, 1e-30);
    const part = (list: Float32Array): Float32Array => list.map(value => value / largest);
    expectNear(part(got[name]!), part(expected), options.tolerance ?? 1e-5);
  }
  return new Set(topological(emit).map(({ op }) => op.name));
}
