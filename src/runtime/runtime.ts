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

/** What runs programs. It knows nothing of networks or training. */
export interface Runtime {
  readonly name: string;
  readonly device: 'cpu' | 'wasm' | 'webgpu' | 'cuda';
  readonly threads: number;
  /** Control flow (Loop) keeps its state where the program runs. */
  readonly loops: boolean;
  /** It may have ONNX Runtime's own convolutions in blocks of channels (the CPU provider of native builds). */
  readonly blockedConvolutions: boolean;
  /** Opens the bytes of an ONNX model; throws `HillockError` kind `device` or `model-file`. */
  open(model: Uint8Array): Promise<Session>;
}
