/** The state of a training run as a file, exactly. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { decodeSafetensors, digestOf, encodeSafetensors, type SafetensorsFile } from '../model/index.ts';
import type { EpochRecord, FitState } from '../train/index.ts';

const recordSchema = z.object({
  epoch: z.number(),
  step: z.number(),
  loss: z.number(),
  validation: z.record(z.string(), z.number()),
  learningRate: z.number(),
  seconds: z.number(),
});
/** JSON writes the score of an epoch that has none, Infinity, as null. */
const score = z
  .number()
  .nullable()
  .transform(value => value ?? Number.POSITIVE_INFINITY);
const headSchema = z.object({
  version: z.literal(1),
  marks: z.string().max(100),
  step: z.int().min(0),
  lossSum: z.number(),
  best: z.object({ epoch: z.number(), score }).nullable(),
  history: z.array(recordSchema),
});

const digest = (head: string, tensors: SafetensorsFile['tensors']): string =>
  digestOf(
    [head],
    [...tensors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { data }]) => [name, data]),
  );

/** A checkpoint: arrays as safetensors, everything else as JSON in its metadata; `marks` tells which training it belongs to. */
export function encodeCheckpoint(state: FitState, marks: string): Uint8Array {
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  const put = (prefix: string, arrays: ReadonlyMap<string, Float32Array>): void => {
    for (const [name, data] of arrays) tensors.set(`${prefix}/${name}`, { shape: [data.length], data });
  };
  put('state', state.arrays);
  if (state.best) put('best', state.best.arrays);
  const best = state.best && { epoch: state.best.epoch, score: state.best.score };
  const head = { version: 1, marks, step: state.step, lossSum: state.lossSum, best, history: state.history };
  const text = JSON.stringify(head);
  return encodeSafetensors({
    tensors,
    metadata: new Map([
      ['hillock', text],
      ['digest', digest(text, tensors)],
    ]),
  });
}

/** Reads a checkpoint back; throws `HillockError` kind `model-file` when it is damaged, or belongs to another training than that of `marks`. */
export function decodeCheckpoint(bytes: Uint8Array, source: string, marks?: string): FitState {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const head = headSchema.safeParse(parse(metadata.get('hillock')), { jitless: true });
  if (!head.success)
    throw new HillockError('model-file', `${source} is not a checkpoint of Hillock`, 'start again without --resume');
  if (metadata.get('digest') !== digest(metadata.get('hillock')!, tensors))
    throw new HillockError(
      'model-file',
      `${source} is damaged: its content is not what was written`,
      'start again without --resume',
    );
  if (marks !== undefined && head.data.marks !== marks) {
    throw new HillockError(
      'model-file',
      `${source} is the checkpoint of another training: its data, network or options differ`,
      'resume with the options it began with, or start again in another folder',
    );
  }
  const take = (prefix: string): ReadonlyMap<string, Float32Array> =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(`${prefix}/`))
        .map(([name, { data }]) => [name.slice(prefix.length + 1), data]),
    );
  const { step, lossSum, best, history } = head.data;
  return { step, lossSum, history, arrays: take('state'), best: best && { ...best, arrays: take('best') } };
}

/** The epochs of history.jsonl; lines that are none are passed over. */
export function parseHistory(text: string): readonly EpochRecord[] {
  return text.split('\n').flatMap(line => {
    const record = recordSchema.safeParse(parse(line), { jitless: true });
    return record.success ? [record.data] : [];
  });
}

function parse(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
}
