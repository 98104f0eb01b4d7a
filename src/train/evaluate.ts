import { f32, floats, sizeOf, type Tensor } from '../graph/index.ts';
import { type PlacedLayer, parametersOf, rowsAtATime } from '../nn/index.ts';
import type { Runtime, Session, Tensors } from '../runtime/index.ts';
import type { TrainingJob } from './job.ts';
import { evaluationProgram } from './program.ts';

/** Rows predicted at once: what they become mostly stays in the processor's cache. */
const mostRows = 1024;

/** Predicts rows of the job's inputs with given parameters. */
export interface Evaluator {
  /** [rows, outputs], row-major, in the order of `rows`. */
  predict(rows: Int32Array, parameters: ReadonlyMap<string, Float32Array>): Promise<Float32Array>;
  /** The same, each row by the members of an ensemble that have not learned from it. */
  predictUnseen(rows: Int32Array, parameters: ReadonlyMap<string, Float32Array>): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Opens the evaluation programs of a job. */
export async function evaluator(
  job: TrainingJob,
  layers: readonly PlacedLayer[],
  runtime: Runtime,
): Promise<Evaluator> {
  const chunk = rowsAtATime(layers, mostRows);
  const plain = await runtime.open(evaluationProgram(job, layers));
  const unseen = job.rowWeights
    ? await runtime.open(evaluationProgram(job, layers, true)).catch(async error => {
        await plain.close();
        throw error;
      })
    : null;
  const predictWith =
    (session: Session, inputs: (rows: Int32Array, room?: Tensor) => Tensors): Evaluator['predict'] =>
    async (rows, parameters) => {
      // Fresh memory for each chunk would cost more than what is copied there.
      let room: Tensor | undefined;
      const feeds = Object.fromEntries(
        parametersOf(layers).map(({ name, shape }) => [name, f32(parameters.get(name)!, shape)]),
      );
      const parts: Float32Array[] = [];
      for (let begin = 0; begin < rows.length; begin += chunk) {
        const fed = inputs(rows.subarray(begin, begin + chunk), room);
        room ??= fed.x;
        const { prediction } = await session.run({ ...feeds, ...fed });
        parts.push(floats(prediction));
      }
      return joined(parts);
    };
  const given = (rows: Int32Array, room?: Tensor): Tensors => ({
    x: takeRows(job.x, rows, room),
    ...(job.anchors ? { anchors: takeRows(job.anchors, rows) } : {}),
  });
  const predict = predictWith(plain, given);
  return {
    predict,
    predictUnseen: unseen
      ? predictWith(unseen, (rows, room) => ({ ...given(rows, room), seen: takeRows(job.rowWeights!, rows) }))
      : predict,
    async close() {
      await plain.close();
      await unseen?.close();
    },
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** A copy of some rows of a numeric tensor, in the memory of `room` where that is given: a tensor of at least as many such rows. */
export function takeRows(tensor: Tensor, rows: Int32Array, room?: Tensor): Tensor {
  const width = sizeOf(tensor.shape.slice(1));
  const source = tensor.data as Float32Array | Int32Array | Uint8Array;
  const whole = room?.data as Float32Array<ArrayBuffer> | undefined;
  const target =
    whole?.subarray(0, rows.length * width) ?? new (source.constructor as Float32ArrayConstructor)(rows.length * width);
  rows.forEach((row, i) => {
    target.set(source.subarray(row * width, (row + 1) * width), i * width);
  });
  return { dtype: tensor.dtype, shape: [rows.length, ...tensor.shape.slice(1)], data: target };
}
