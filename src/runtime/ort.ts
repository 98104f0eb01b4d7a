/** What native and WebAssembly ONNX Runtime have in common: tensors to and fro, one call at a time. */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import { HillockError } from '../errors.ts';
import type { DType, Tensor } from '../graph/index.ts';
import type { Session, Tensors } from './runtime.ts';

export type TensorConstructor = new (type: never, data: never, dims: readonly number[]) => OrtTensor;

export function ortSession(session: InferenceSession, Tensor: TensorConstructor): Session {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: feeds =>
      inTurn(async () => {
        const ortFeeds: Record<string, OrtTensor> = {};
        for (const [name, { dtype, data, shape }] of Object.entries(feeds))
          ortFeeds[name] = new Tensor(dtype as never, data as never, shape);
        const results = await session.run(ortFeeds);
        const outputs: Record<string, Tensor> = {};
        for (const [name, tensor] of Object.entries(results)) {
          outputs[name] = { dtype: tensor.type as DType, shape: tensor.dims, data: tensor.data as Tensor['data'] };
        }
        return outputs as Tensors;
      }),
    close: () => inTurn(() => session.release()),
  };
}

export function cannotOpen(name: string, cause: unknown): HillockError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new HillockError('model-file', `${name} cannot open this model: ${detail}`, undefined, { cause });
}
