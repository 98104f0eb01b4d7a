/** Whether a runtime computes convolutions in blocks of channels: tried once, before it is used. */
import { f32, floats, type Graph, sizeOf, type Tensor } from '../graph/index.ts';
import { type Blocks, blocksOfChannels } from '../lower/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { random } from '../random.ts';
import type { Runtime } from '../runtime/index.ts';
import { blockIn, formsTrial, orderTrial } from './block-trial.ts';

/** The largest difference from the plain form, as a part of the largest number. */
const tolerance = 1e-4;

/** The convolutions of a runtime in blocks of channels; null = it has none, or they are not right. */
export async function channelBlocks(runtime: Runtime): Promise<Blocks | null> {
  const size = runtime.blockedConvolutions ? await blockOf(runtime) : null;
  if (size === null) return null;
  return (await isRight(runtime, formsTrial(size)).catch(() => false)) ? blocksOfChannels(size) : null;
}

/** How many channels lie together where a runtime brings maps into blocks; null = it does not. */
export async function blockOf(runtime: Runtime): Promise<number | null> {
  const { graph, feeds } = orderTrial();
  const [order] = await answers(runtime, graph, feeds).catch(() => []);
  return order ? blockIn(order) : null;
}

async function isRight(runtime: Runtime, graph: Graph): Promise<boolean> {
  const rng = random('blocks of channels');
  const drawn = graph.inputs.map(({ name, type }) => {
    const shape = type.shape as readonly number[];
    return [
      name!,
      f32(
        Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
        shape,
      ),
    ] as const;
  });
  const found = await answers(runtime, graph, Object.fromEntries(drawn));
  const half = found.length / 2;
  return found.slice(0, half).every((plain, i) => near(plain, found[half + i]!));
}

function near(plain: Float32Array, lowered: Float32Array): boolean {
  const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return plain.every((value, i) => Math.abs(value - lowered[i]!) <= tolerance * largest);
}

async function answers(
  runtime: Runtime,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<readonly Float32Array[]> {
  const outputs = graph.outputs.map((_, i) => `y${i}`);
  const session = await runtime.open(encodeModel(graph, { outputs, name: 'trial' }));
  try {
    const results = await session.run(feeds);
    return outputs.map(name => floats(results[name]!));
  } finally {
    await session.close();
  }
}
