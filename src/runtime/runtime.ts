import type { Tensor } from '../graph/index.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A program that was opened: feeds in, all outputs out. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Blocks the calling thread while the program runs. */
  run(feeds: Tensors): Promise<Tensors>;
  close(): Promise<void>;
}

/** A program of one step, which is run again and again. */
export interface Stepper {
  /**
   * Runs it so many times. What it makes as `name'` is its input `name` of the next run and stays on the device meanwhile; all other
   * inputs stay as they are given. Returns what it carries, as `name'`, as the last run left it.
   */
  run(feeds: Tensors, times: number): Promise<Tensors>;
  close(): Promise<void>;
}

/** What runs programs. It knows nothing of networks or training. */
export interface Runtime {
  readonly name: string;
  readonly device: 'cpu' | 'wasm' | 'webgpu' | 'cuda';
  readonly threads: number;
  /** It may have ONNX Runtime's own convolutions in blocks of channels (the CPU provider of native builds). */
  readonly blockedConvolutions: boolean;
  /** Every run copies all that it is fed, so that it should be fed what it reads and no more. */
  readonly copies: boolean;
  /** Opens the bytes of an ONNX model; throws `HillockError` kind `device` or `model-file`. */
  open(model: Uint8Array): Promise<Session>;
  /** Opens a program of one step, where loops would carry their state from the device to the processor and back; else absent. */
  openStep?(model: Uint8Array): Promise<Stepper>;
}
