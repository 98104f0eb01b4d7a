/** What page and laboratory tell one another. */
import type { LabOptions, LabSetup, LabState } from 'hillock/lab';

export type Speed = 'slow' | 'normal' | 'max';
export type StepBy = 'sample' | 'batch' | 'epoch';
/** The four phases of a step. */
export const phases = ['forward', 'loss', 'backward', 'update'] as const;
export type Phase = (typeof phases)[number];

export interface Pictures {
  /** [cells², inputs]: where the answer is asked for its picture. */
  readonly answer: Float32Array;
  /** [cells², inputs]: where every neuron is asked for its small picture; empty where none are shown. */
  readonly small: Float32Array;
}

export type ToLab =
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly setup: LabSetup;
      readonly pictures: Pictures;
      readonly ort: string;
    }
  | { readonly kind: 'play'; readonly speed: Speed }
  | { readonly kind: 'pause' }
  | { readonly kind: 'step'; readonly by: StepBy }
  | { readonly kind: 'phase'; readonly by: StepBy }
  | { readonly kind: 'change'; readonly options: Partial<Omit<LabOptions, 'seed'>> }
  | { readonly kind: 'edit'; readonly parameter: string; readonly index: number; readonly value: number }
  | { readonly kind: 'freeze'; readonly neurons: readonly string[] }
  | { readonly kind: 'rewind' }
  | { readonly kind: 'restore'; readonly index: number }
  /** The inputs of the row that is looked at. */
  | { readonly kind: 'look'; readonly inputs: Float32Array }
  /** The last frame is on the screen. */
  | { readonly kind: 'drawn' }
  | { readonly kind: 'pictures'; readonly pictures: Pictures }
  /** From the start again, and so many batches on. */
  | { readonly kind: 'advance'; readonly steps: number }
  /** Goes on from a state that was kept. */
  | { readonly kind: 'take'; readonly state: LabState }
  /** Asks for everything that training goes on from. */
  | { readonly kind: 'keep' };

/** Numbers of each neuron by layer. */
export type ByLayer = ReadonlyMap<string, Float32Array>;

/** The network as it stands. */
export interface LabFrame {
  readonly id: number;
  readonly playing: boolean;
  /** Whether seed, options and steps alone lead here: whole batches, nothing changed on the way. */
  readonly replayable: boolean;
  readonly epoch: number;
  readonly steps: number;
  readonly seen: number;
  readonly train: number;
  readonly test: number;
  readonly samplesPerSecond: number;
  readonly parameters: ByLayer;
  /** Of the last step, or of the one under way. */
  readonly gradients: ByLayer | undefined;
  /** [cells²]. */
  readonly answer: Float32Array;
  /** Of each layer [cells², units]. */
  readonly small: ByLayer;
  /** Of the row that is looked at. */
  readonly here: { readonly z: ByLayer; readonly y: ByLayer };
  /** The step under way: what has been shown of it. */
  readonly under: { readonly phase: Phase; readonly rows: Int32Array; readonly loss: number } | undefined;
  readonly stuck: Stuck | undefined;
  readonly history: readonly { readonly epoch: number; readonly train: number; readonly test: number }[];
  readonly snapshots: readonly { readonly epoch: number; readonly train: number }[];
}

/** Training that learns nothing: for so many epochs its loss was more than so many times that of the first weights. */
export interface Stuck {
  /** The largest that was used on the way. */
  readonly learningRate: number;
  readonly epochs: number;
  readonly times: number;
  readonly first: number;
}

/** Training that exploded: nothing of the step that did it was kept. */
export interface Diverged {
  readonly epoch: number;
  readonly learningRate: number;
  readonly largest: number;
}

export type FromLab =
  | { readonly kind: 'frame'; readonly frame: LabFrame }
  | { readonly kind: 'state'; readonly id: number; readonly state: LabState }
  | { readonly kind: 'diverged'; readonly id: number; readonly diverged: Diverged }
  | { readonly kind: 'problem'; readonly id: number; readonly message: string; readonly hint: string | undefined };
