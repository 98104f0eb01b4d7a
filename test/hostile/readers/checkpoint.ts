import fc from 'fast-check';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/job/checkpoint.ts';
import type { FitState } from '../../../src/train/index.ts';
import { differs, reader } from '../reader.ts';

const arrays = new Map([
  ['dense1.weight', Float32Array.of(1, -2, 3.5, 0)],
  ['dense1.weight:mean', Float32Array.of(0.25, 1e-8, 0, 7)],
]);
const record = { epoch: 1, step: 2, loss: 0.5, validation: { accuracy: 0.75 }, learningRate: 0.01, seconds: 1 };
const states: readonly FitState[] = [
  { step: 3, arrays, lossSum: 1.5, best: { epoch: 1, score: 0.75, arrays }, history: [record] },
  { step: 0, arrays, lossSum: 0, best: null, history: [] },
];
const hex = (values: ReadonlyMap<string, Float32Array>) =>
  [...values].map(([name, data]) => [name, Buffer.from(data.buffer).toString('hex')]).sort();
const plain = ({ arrays: own, best, ...rest }: FitState) => [
  hex(own),
  best && [best.epoch, best.score, hex(best.arrays)],
  rest.step,
  rest.lossSum,
  rest.history,
];
const known = states.map(state => JSON.stringify(plain(state)));

export const checkpoint = reader<FitState>({
  name: 'checkpoint',
  file: 'state.safetensors',
  read: async (file, bytes) => decodeCheckpoint(bytes, file, 'marks'),
  valid: fc.constantFrom(...states).map(state => ({
    bytes: encodeCheckpoint(state, 'marks'),
    judge: found => differs('state', plain(found), plain(state)),
  })),
  judge: (_, found) => (known.includes(JSON.stringify(plain(found))) ? undefined : 'a state that was never written'),
  words: ['{', '"shape":[', '"data_offsets":[0,4]', '"step\\":9', '0', '9', 'marks'],
});
