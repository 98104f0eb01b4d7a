/** The other side of `chunkThreads`. */
import { parentPort } from 'node:worker_threads';
import { type ChunkTask, readChunk } from './chunk-task.ts';
import type { NumberedAnswer } from './chunk-threads.ts';

const port = parentPort!;

port.on('message', ({ id, task }: { readonly id: number; readonly task: ChunkTask }) => {
  const answer = readChunk(task);
  port.postMessage({ id, answer } satisfies NumberedAnswer, [...new Set(buffersIn(answer))]);
});

/** The memory of the arrays of numbers in plain data. */
function buffersIn(data: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(data)) return data.buffer instanceof ArrayBuffer ? [data.buffer] : [];
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(buffersIn) : [];
}
