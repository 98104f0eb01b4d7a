/** What native and WebAssembly ONNX Runtime have in common: tensors to and fro, one call at a time. */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import { HillockError } from '../errors.ts';
import type { DType, Tensor } from '../graph/index.ts';
import type { Session, Tensors } from './runtime.ts';

export type { InferenceSession, OrtTensor };

export type TensorConstructor = new (type: never, data: never, dims: readonly number[]) => OrtTensor;

/** Does one thing after the other, in the order they were asked for. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export function oneAtATime(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return work => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** A session; those that may not run while others do are given one turn to share. */
export function ortSession(session: InferenceSession, Tensor: TensorConstructor, inTurn = oneAtATime()): Session {
  let closed: Promise<void> | undefined;
  const checkFeeds = feedCheck(session.inputMetadata);
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds) {
      if (closed) throw new Error('this session is closed');
      checkFeeds(feeds);
      return inTurn(async () => {
        const ortFeeds: Record<string, OrtTensor> = {};
        for (const [name, tensor] of Object.entries(feeds)) ortFeeds[name] = tensorOf(Tensor, tensor);
        return tensorsOf(await session.run(ortFeeds));
      });
    },
    close() {
      closed ??= inTurn(() => session.release());
      return closed;
    },
  };
}

/** What makes sessions, of which the outputs stay on the device or come back. */
export interface OrtMaker {
  readonly Tensor: TensorConstructor;
  create(model: Uint8Array, stays: boolean): Promise<InferenceSession>;
}

export const tensorOf = (Tensor: TensorConstructor, { dtype, data, shape }: Tensor): OrtTensor =>
  new Tensor(dtype as never, data as never, shape);

export function tensorsOf(results: InferenceSession.ReturnType): Tensors {
  const outputs: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(results))
    outputs[name] = { dtype: tensor.type as DType, shape: tensor.dims, data: tensor.data as Tensor['data'] };
  return outputs;
}

/** A check of feeds against what a model declares: names, types, sizes; equal symbolic sizes must be equal. */
function feedCheck(metadata: readonly InferenceSession.ValueMetadata[]): (feeds: Tensors) => void {
  const declared = new Map(metadata.map(entry => [entry.name, entry]));
  return feeds => {
    const unknown = Object.keys(feeds).filter(name => !declared.has(name));
    const missing = [...declared.keys()].filter(name => !Object.hasOwn(feeds, name));
    if (unknown.length > 0 || missing.length > 0) {
      const parts = [
        missing.length > 0 ? `misses ${missing.join(', ')}` : '',
        unknown.length > 0 ? `does not know ${unknown.join(', ')}` : '',
      ];
      throw new TypeError(
        `the program ${parts.filter(Boolean).join(' and ')}: it takes ${[...declared.keys()].join(', ')}`,
      );
    }
    const sizes = new Map<string, number>();
    for (const [name, tensor] of Object.entries(feeds)) {
      const entry = declared.get(name)!;
      if (entry.isTensor && !fits(entry, tensor, sizes)) {
        const bound = [...sizes].map(([symbol, size]) => `${symbol} = ${size}`).join(', ');
        throw new TypeError(
          `input ${name}: expected ${entry.type}[${entry.shape.join(', ')}]${bound && ` with ${bound}`}, got ${tensor.dtype}[${tensor.shape.join(', ')}]`,
        );
      }
    }
  };
}

function fits(entry: InferenceSession.TensorValueMetadata, tensor: Tensor, sizes: Map<string, number>): boolean {
  if (entry.type !== tensor.dtype || entry.shape.length !== tensor.shape.length) return false;
  return entry.shape.every((dim, i) => {
    const size = tensor.shape[i]!;
    if (typeof dim === 'number') return dim < 0 || dim === size;
    if (dim === '') return true;
    if (!sizes.has(dim)) sizes.set(dim, size);
    return sizes.get(dim) === size;
  });
}

export function cannotOpen(name: string, cause: unknown): HillockError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new HillockError('model-file', `${name} cannot open this model: ${detail}`, undefined, { cause });
}
