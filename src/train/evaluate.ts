import { f32, floats, sizeOf, type Tensor } from '../graph/index.ts';
import type { PlacedLayer } from '../nn/index.ts';
import { parametersOf } from '../nn/index.ts';
import type { Runtime, Session, Tensors } from '../runtime/index.ts';
import type { TrainingJob } from './job.ts';
import { evaluationProgram } from './program.ts';

const chunkRows = 4096;

/** Predicts rows of the job's inputs with given parameters. */
export interface Evaluator {
  /** [rows, outputs], row-major, in the order of `rows`. */
  predict(rows: Int32Array, parameters: ReadonlyMap<string, Float32Array>): Promise<Float32Array>;
  close(): Promise<void>;
}

export async function evaluator(
  job: TrainingJob,
  layers: readonly PlacedLayer[],
  runtime: Runtime,
): Promise<Evaluator> {
  const session = await runtime.open(evaluationProgram(job, layers).model);
  return {
    predict: (rows, parameters) => predictRows(session, job, layers, rows, parameters),
    close: () => session.close(),
  };
}

async function predictRows(
  session: Session,
  job: TrainingJob,
  layers: readonly PlacedLayer[],
  rows: Int32Array,
  parameters: ReadonlyMap<string, Float32Array>,
): Promise<Float32Array> {
  const feeds: Record<string, Tensor> = {};
  for (const { name, shape } of parametersOf(layers)) feeds[name] = f32(parameters.get(name)!, shape);
  const parts: Float32Array[] = [];
  for (let begin = 0; begin < rows.length; begin += chunkRows) {
    const x = takeRows(job.x, rows.subarray(begin, begin + chunkRows));
    const { prediction } = await session.run({ ...feeds, x } as Tensors);
    parts.push(floats(prediction));
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** A copy of some rows of a numeric tensor. */
export function takeRows(tensor: Tensor, rows: Int32Array): Tensor {
  const width = sizeOf(tensor.shape.slice(1));
  const source = tensor.data as Float32Array | Uint8Array;
  const target =
    source instanceof Uint8Array ? new Uint8Array(rows.length * width) : new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    target.set(source.subarray(row * width, (row + 1) * width), i * width);
  });
  return { dtype: tensor.dtype, shape: [rows.length, ...tensor.shape.slice(1)], data: target };
}
