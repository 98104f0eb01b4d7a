/** Decoders of the GPT and Llama families as jobs, from the sizes that papers state. */
import { type Job, type JobLayer, nothing, type Pass, type Product, type Split, type Touch } from './job.ts';

export interface TransformerShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  /** Heads of keys and values (as many as heads unless told). */
  readonly keyHeads?: number;
  /** Width of the inner layer (four times the hidden size unless told). */
  readonly inner?: number;
  /** An inner layer of three matrices with a gate, no biases, no dropout, root-mean-square norms: the Llama family. */
  readonly gated?: boolean;
  readonly vocabulary: number;
  readonly sequence: number;
  /** Whether attention is computed block by block, so that its matrix [sequence, sequence] is never kept. */
  readonly flash?: boolean;
}

interface Sizes extends Required<TransformerShape> {
  /** Numbers of one sequence: sequence × hidden. */
  readonly rows: number;
  /** Numbers of the keys of one sequence. */
  readonly keys: number;
  /** Numbers of the attention matrices of one sequence. */
  readonly scores: number;
}

function sizesOf(shape: TransformerShape): Sizes {
  const { hidden, heads, sequence } = shape;
  const defaults = { keyHeads: heads, inner: 4 * hidden, gated: false, flash: false };
  const full = { ...defaults, ...shape };
  return {
    ...full,
    rows: sequence * hidden,
    keys: (sequence * hidden * full.keyHeads) / heads,
    scores: heads * sequence * sequence,
  };
}

const touch = (numbers: number, bytes = 0): Touch => ({ numbers, bytes });
const pass = (elements: number, forward: Touch, backward: Touch, split: boolean): Pass => ({
  elements,
  forward,
  backward,
  split,
});

/** A linear layer on every token. */
const linear = (tokens: number, from: number, to: number, split: Split): Product => ({
  flops: 2 * tokens * from * to,
  inputs: tokens * from,
  outputs: tokens * to,
  weights: from * to,
  split,
});

/** The job of training a decoder on sequences of `sequence` tokens. */
export function transformerJob(name: string, shape: TransformerShape): Job {
  const sizes = sizesOf(shape);
  return {
    name,
    unit: 'sequence',
    tokens: sizes.sequence,
    // Tokens and targets as 64-bit integers, as PyTorch takes them.
    sampleBytes: 16 * sizes.sequence,
    layers: [embedding(sizes), block(sizes), head(sizes)],
    divisors: [sizes.heads, sizes.keyHeads],
    sequenceParallel: true,
  };
}

function embedding({ vocabulary, hidden, sequence, rows, gated }: Sizes): JobLayer {
  const table = vocabulary * hidden;
  const dropout = touch(0, gated ? 0 : rows);
  return {
    name: 'embedding',
    repeat: 1,
    weights: table + (gated ? 0 : sequence * hidden),
    biases: 0,
    split: table,
    work: {
      products: [],
      passes: [pass(rows, touch(2), touch(2), false)],
      kept: { whole: dropout, split: nothing },
    },
    again: false,
    input: sequence,
    output: rows,
    summed: { numbers: rows, forward: 1, backward: 0 },
  };
}

/** Attention and inner layer. */
function block(sizes: Sizes): JobLayer {
  const { hidden, heads, keyHeads, inner, gated, sequence, rows, keys, layers } = sizes;
  const keyed = (hidden * keyHeads) / heads;
  const matrices = 2 * hidden * hidden + 2 * hidden * keyed + (gated ? 3 : 2) * hidden * inner;
  const [wholeBiases, splitBiases] = gated ? [2 * hidden, 0] : [6 * hidden, hidden + 2 * keyed + inner];
  const wide = sequence * inner;
  const mask = gated ? 0 : 1;
  return {
    name: 'block',
    repeat: layers,
    weights: matrices,
    biases: wholeBiases + splitBiases,
    split: matrices + splitBiases,
    work: {
      products: [
        linear(sequence, hidden, hidden + 2 * keyed, 'columns'),
        linear(sequence, hidden, hidden, 'rows'),
        linear(sequence, hidden, gated ? 2 * inner : inner, 'columns'),
        linear(sequence, inner, hidden, 'rows'),
      ],
      passes: [
        // Two norms: read, write; back: read twice, write.
        pass(2 * rows, touch(2), touch(3), false),
        // Two sums with the way around, dropout before them: read twice, write, with a mask of a byte.
        pass(2 * rows, touch(3, mask), touch(5, mask), false),
        // The activation, or the gate times the activation.
        pass(wide, touch(gated ? 3 : 2), touch(gated ? 5 : 3), true),
      ],
      kept: {
        // Inputs of norms and of the first linear layers; masks of dropout (Korthikanti et al. 2022, section 4.1).
        whole: touch(4 * rows, 2 * mask * rows),
        // Queries, keys, values, attention's output, inputs of activation and last linear layer.
        split: touch(2 * rows + 2 * keys + (gated ? 3 : 2) * wide, 0),
      },
    },
    again: true,
    core: attention(sizes),
    input: rows,
    output: rows,
    summed: { numbers: rows, forward: 2, backward: 2 },
  };
}

/** Scores, softmax, dropout and the weighted sum: what selective recomputation computes again. */
function attention({ sequence, rows, keys, scores, gated, flash, hidden }: Sizes) {
  const flops = 2 * sequence * sequence * hidden;
  const between = flash ? 0 : scores;
  const product = (inputs: number, outputs: number): Product => ({
    flops,
    inputs,
    outputs,
    weights: 0,
    split: 'heads',
  });
  const dropout = gated ? [] : [pass(scores, touch(2, 1), touch(2, 1), true)];
  const softmax = pass(scores, touch(2), touch(3), true);
  return {
    products: [product(rows + keys, between), product(between + keys, rows)],
    passes: flash ? [] : [softmax, ...dropout],
    kept: { whole: nothing, split: flash ? nothing : gated ? touch(scores) : touch(2 * scores, scores) },
  };
}

/** The last norm, the product with the vocabulary, the loss. */
function head({ vocabulary, hidden, sequence, rows, gated }: Sizes): JobLayer {
  const table = vocabulary * hidden;
  const logits = sequence * vocabulary;
  return {
    name: 'head',
    repeat: 1,
    weights: gated ? table : 0,
    biases: gated ? hidden : 2 * hidden,
    split: gated ? table : 0,
    work: {
      products: [linear(sequence, hidden, vocabulary, 'columns')],
      passes: [
        pass(rows, touch(2), touch(3), false),
        // The loss in float32: logits read and written.
        pass(logits, touch(0, 8), touch(0, 8), true),
      ],
      // The logits in float32 (Megatron-LM's theoretical_memory_usage.py).
      kept: { whole: touch(2 * rows), split: touch(0, 4 * logits) },
    },
    // The product before it is made float32, and the exponentials of the loss.
    working: touch(logits, 4 * logits),
    again: false,
    input: rows,
    output: 1,
    summed: { numbers: rows, forward: 0, backward: 1 },
    ...(gated ? {} : { tied: table }),
  };
}

/** Parameters of a GPT by the formula of Narayanan et al. 2021, eq. 2: 12lh²(1 + 13/(12h) + (V + s)/(12lh)). */
export const gptParameters = ({ layers: l, hidden: h, vocabulary: V, sequence: s }: TransformerShape): number =>
  12 * l * h * h * (1 + 13 / (12 * h) + (V + s) / (12 * l * h));

/** Operations of a step of a GPT on B sequences, eq. 3 there: with full recomputation 96Bslh²(1 + s/(6h) + V/(16lh)). */
export function gptStepFlops(shape: TransformerShape, batch: number, recomputed: boolean): number {
  const { layers: l, hidden: h, vocabulary: V, sequence: s } = shape;
  const factor = recomputed ? 96 : 72;
  return factor * batch * s * l * h * h * (1 + s / (6 * h) + V / ((recomputed ? 16 : 12) * l * h));
}
