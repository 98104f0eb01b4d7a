/** A job as the planner sees it: model parameters and input data, layer by layer, in numbers and operations of one sample. */

/** How a product is divided among tensor-parallel GPUs: its weights by columns or rows, or both of its factors by heads. */
export type Split = 'none' | 'columns' | 'rows' | 'heads';

/** A matrix product, forward. */
export interface Product {
  /** Floating-point operations of one sample, two for a multiply-add. */
  readonly flops: number;
  /** Numbers of one sample that go in, weights aside. */
  readonly inputs: number;
  /** Numbers of one sample that come out. */
  readonly outputs: number;
  /** Trained numbers it reads, whatever the batch. */
  readonly weights: number;
  readonly split: Split;
  /** Products that wait for one another, such as the time steps of a recurrent layer. */
  readonly sequential?: number;
}

/** How often an element is read or written: numbers of the precision of activations, and single bytes. */
export interface Touch {
  readonly numbers: number;
  readonly bytes: number;
}

/** Work bound by memory: each element of one sample is read and written so often. */
export interface Pass {
  readonly elements: number;
  readonly forward: Touch;
  readonly backward: Touch;
  /** Whether tensor-parallel GPUs divide it; what they do not divide, sequence parallelism does. */
  readonly split: boolean;
}

/** What is kept for the backward phase, of one sample; `split` is divided among tensor-parallel GPUs. */
export interface Kept {
  readonly whole: Touch;
  readonly split: Touch;
}

export interface Work {
  readonly products: readonly Product[];
  readonly passes: readonly Pass[];
  readonly kept: Kept;
}

export interface JobLayer {
  readonly name: string;
  /** How many equal layers follow one another. */
  readonly repeat: number;
  /** Trained numbers; `split` of them are divided among tensor-parallel GPUs. */
  readonly weights: number;
  readonly biases: number;
  readonly split: number;
  readonly work: Work;
  /** Whether full recomputation keeps its input only; the last layer is followed by its backward phase at once. */
  readonly again: boolean;
  /** What one sample needs beside, only while the layer is at work; divided among tensor-parallel GPUs. */
  readonly working?: Touch;
  /** The part that selective recomputation does again instead of keeping it: the core of attention. */
  readonly core?: Work;
  /** Numbers of one sample that go in and that it hands on. */
  readonly input: number;
  readonly output: number;
  /** What tensor-parallel GPUs sum up: so many numbers of one sample, so many times forward and backward. */
  readonly summed: { readonly numbers: number; readonly forward: number; readonly backward: number };
  /** Trained numbers of the first layer that it uses too: a pipeline keeps a copy where it stands on another stage. */
  readonly tied?: number;
}

export interface Job {
  readonly name: string;
  /** What the batch counts. */
  readonly unit: 'sample' | 'sequence';
  /** Tokens of one sequence. */
  readonly tokens?: number;
  /** Bytes of one sample as they come from the data. */
  readonly sampleBytes: number;
  readonly layers: readonly JobLayer[];
  /** Numbers by which tensor parallelism must divide: heads, units. */
  readonly divisors: readonly number[];
  /** Whether what tensor parallelism does not divide can be divided along the sequence. */
  readonly sequenceParallel: boolean;
}

export const nothing: Touch = { numbers: 0, bytes: 0 };

/** The work of a layer, attention's core included. */
export const worksOf = ({ work, core }: JobLayer): readonly Work[] => (core ? [work, core] : [work]);

const sumOver = ({ layers }: Job, of: (layer: JobLayer) => number): number =>
  layers.reduce((sum, layer) => sum + layer.repeat * of(layer), 0);

export const parametersOfLayer = ({ weights, biases }: JobLayer): number => weights + biases;
export const weightCount = (job: Job): number => sumOver(job, ({ weights }) => weights);
export const biasCount = (job: Job): number => sumOver(job, ({ biases }) => biases);
export const trainedCount = (job: Job): number => sumOver(job, parametersOfLayer);

/** Operations of one sample, forward. */
export const forwardFlops = (job: Job): number => sumOver(job, flopsOf);

export const flopsOf = (layer: JobLayer): number =>
  worksOf(layer).reduce((sum, { products }) => sum + products.reduce((all, { flops }) => all + flops, 0), 0);

/** Operations of what selective recomputation does again. */
export const coreFlops = ({ core }: JobLayer): number =>
  core ? core.products.reduce((sum, { flops }) => sum + flops, 0) : 0;

/** Layers by themselves, each of those that repeat. */
export const everyJobLayer = ({ layers }: Job): readonly JobLayer[] =>
  layers.flatMap(layer => new Array<JobLayer>(layer.repeat).fill(layer));
