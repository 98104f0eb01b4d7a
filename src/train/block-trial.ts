/** What tells whether a runtime has convolutions in blocks of channels, how many lie together, and that they are right. */
import { grad } from '../grad.ts';
import { type Dim, f32, type Graph, input, type Tensor, type Value } from '../graph/index.ts';
import { blocksOfChannels, intoBlocks, lower } from '../lower/index.ts';
import { conv, relu } from '../ops/index.ts';

const [channels, places] = [32, 2];

/** x [1, 32, 1, 2] in the order of blocks; its numbers are 0 … 63. */
export function orderTrial(): { readonly graph: Graph; readonly feeds: Readonly<Record<string, Tensor>> } {
  const shape = [1, channels, 1, places];
  const x = input('x', shape);
  const numbers = f32([...Array(channels * places).keys()], shape);
  return { graph: { inputs: [x], outputs: [intoBlocks(x)] }, feeds: { x: numbers } };
}

/** How many channels lie together in the answer to `orderTrial`; null = that is no order of blocks. */
export function blockIn(answer: ArrayLike<number>): number | null {
  const block = Array.prototype.indexOf.call(answer, 1);
  if (block < 4 || channels % block !== 0) return null;
  const expected = (at: number): number => {
    const [group, place, lane] = [Math.floor(at / (block * places)), Math.floor(at / block) % places, at % block];
    return (group * block + lane) * places + place;
  };
  return Array.from(answer).every((value, at) => value === expected(at)) ? block : null;
}

/** Two convolutions of pictures with so many channels, and their gradients. */
function convolutions(block: number, depth: number): Graph {
  const named = (name: string, shape: readonly Dim[]): Value => input(`${name} of ${depth}`, shape);
  const x = named('x', [8, depth, 14, 19]);
  const [first, second] = [named('w1', [2 * block, depth, 3, 3]), named('w2', [block, 2 * block, 3, 3])];
  const hidden = relu(conv(x, first, undefined, { pads: [1, 1, 1, 1] }));
  const y = conv(hidden, second, undefined);
  const dy = named('dy', y.type.shape);
  return { inputs: [x, first, second, dy], outputs: [y, ...grad(y, [first, second], dy).map(value => value!)] };
}

/** Convolutions of grey and coloured pictures, as they are and lowered: each output of the first half should be that of the second. */
export function formsTrial(block: number): Graph {
  const trials = [1, 3].map(depth => convolutions(block, depth));
  const plain = trials.flatMap(({ outputs }) => outputs);
  const lowered = lower({ state: [], emit: plain }, { blocks: blocksOfChannels(block) }).emit;
  return { inputs: trials.flatMap(({ inputs }) => inputs), outputs: [...plain, ...lowered] };
}
