/** Seconds that one GPU computes on a layer: products at the rate that was measured for them, and all that memory must move. */
import type { Gpu } from './gpus.ts';
import type { JobLayer, Pass, Product, Work } from './job.ts';
import type { Training } from './memory.ts';
import type { Precision } from './precision.ts';
import type { Strategy } from './strategy.ts';

export interface ComputeSeconds {
  readonly forward: number;
  readonly backward: number;
  /** Of what is computed again. */
  readonly again: number;
}

/**
 * Share of the bandwidth of memory that a kernel reaches: 0.9 for large arrays (Calculon, systems/a100_80g.json). Reading and
 * writing is counted beside computing, not under it, as there.
 */
export const memoryEfficiency = 0.9;

/** Seconds to start a kernel (Gray 2019, Getting Started with CUDA Graphs: 3.8 µs each in a row of launches). */
export const launchSeconds = 3.8e-6;

/** Outputs that one multiprocessor computes at a time (NVIDIA, Matrix Multiplication Background User's Guide: 256 × 128). */
const tile = 256 * 128;

/** Share of the multiprocessors that are busy: the last wave of tiles is seldom full; few tiles are divided along the sum. */
export function occupied(outputs: number, processors: number): number {
  const tiles = Math.max(1, outputs / tile);
  if (tiles >= processors) return tiles / (Math.ceil(tiles / processors) * processors);
  return (tiles * Math.floor(processors / tiles)) / processors;
}

interface Machine {
  readonly gpu: Gpu;
  readonly precision: Precision;
}

const memorySeconds = (bytes: number, { gpu }: Machine): number => bytes / (gpu.bandwidth * memoryEfficiency);

function productSeconds(
  flops: number,
  { outputs, bytes, starts = 1 }: { outputs: number; bytes: number; starts?: number },
  machine: Machine,
): number {
  const { gpu, precision } = machine;
  const rate = gpu.peak[precision.rate] * gpu.matmul * occupied(outputs, gpu.processors);
  return flops / rate + memorySeconds(bytes, machine) + starts * launchSeconds;
}

/** What one tensor-parallel GPU computes of a product on a micro-batch. */
function partOf(
  { flops, inputs, outputs, weights, split }: Product,
  { tensor, micro }: Strategy,
): Omit<Product, 'split'> {
  const by = (divided: boolean): number => (divided ? tensor : 1);
  return {
    flops: (micro * flops) / by(split !== 'none'),
    inputs: (micro * inputs) / by(split === 'rows' || split === 'heads'),
    outputs: (micro * outputs) / by(split === 'columns' || split === 'heads'),
    weights: weights / by(split === 'columns' || split === 'rows'),
  };
}

function forwardProduct(product: Product, strategy: Strategy, machine: Machine): number {
  const { flops, inputs, outputs, weights } = partOf(product, strategy);
  const { activation, weight } = machine.precision;
  const bytes = (inputs + outputs) * activation + weights * weight;
  return productSeconds(flops, { outputs, bytes, starts: product.sequential ?? 1 }, machine);
}

/** Two products as large as the forward one: the gradient of what came in, and that of the weights or of the other factor. */
function backwardProduct(product: Product, strategy: Strategy, machine: Machine): number {
  const { flops, inputs, outputs, weights } = partOf(product, strategy);
  const { activation, weight, gradient } = machine.precision;
  const starts = product.sequential ?? 1;
  if (weights === 0) {
    const half = { outputs: inputs / 2, bytes: (outputs + inputs) * activation, starts };
    return 2 * productSeconds(flops, half, machine);
  }
  const moved = (inputs + outputs) * activation;
  const toInputs = { outputs: inputs, bytes: moved + weights * weight, starts };
  // The gradients of micro-batches are added up: read and written.
  const toWeights = { outputs: weights, bytes: moved + 2 * weights * gradient };
  return productSeconds(flops, toInputs, machine) + productSeconds(flops, toWeights, machine);
}

function passSeconds(pass: Pass, way: 'forward' | 'backward', strategy: Strategy, machine: Machine): number {
  const { tensor, micro, sequenceParallel } = strategy;
  const elements = (micro * pass.elements) / (pass.split || sequenceParallel ? tensor : 1);
  const { numbers, bytes } = pass[way];
  return memorySeconds(elements * (numbers * machine.precision.activation + bytes), machine) + launchSeconds;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const forwardOf = ({ products, passes }: Work, strategy: Strategy, machine: Machine): number =>
  sum(products.map(product => forwardProduct(product, strategy, machine))) +
  sum(passes.map(pass => passSeconds(pass, 'forward', strategy, machine)));

const backwardOf = ({ products, passes }: Work, strategy: Strategy, machine: Machine): number =>
  sum(products.map(product => backwardProduct(product, strategy, machine))) +
  sum(passes.map(pass => passSeconds(pass, 'backward', strategy, machine)));

/** Seconds of one layer on one micro-batch. */
export function layerSeconds({ work, core, again }: JobLayer, strategy: Strategy, machine: Machine): ComputeSeconds {
  const own = forwardOf(work, strategy, machine);
  const inner = core ? forwardOf(core, strategy, machine) : 0;
  const repeated = { none: 0, selective: inner, full: own + inner };
  return {
    forward: own + inner,
    backward: backwardOf(work, strategy, machine) + (core ? backwardOf(core, strategy, machine) : 0),
    again: again ? repeated[strategy.recompute] : 0,
  };
}

/**
 * Seconds of the optimiser on so many parameters: gradients read for their norm, read again and set to 0, its state and the
 * float32 weights read and written, the short weights written.
 */
export function updateSeconds(parameters: number, optimizerBytes: number, { precision }: Training, gpu: Gpu): number {
  const { gradient, weight, master } = precision;
  const weights = master > 0 ? weight : 2 * weight;
  return memorySeconds(parameters * (3 * gradient + 2 * optimizerBytes + weights), { gpu, precision }) + launchSeconds;
}
