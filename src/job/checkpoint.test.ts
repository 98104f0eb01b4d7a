/** Checkpoints: exact, and suspicious of what they read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../model/index.ts';
import { random } from '../random.ts';
import type { FitState } from '../train/index.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

const arrays = fc
  .dictionary(
    fc.constantFrom('dense1.weight', 'dense1.weight:mean', 'state/x', '__proto__', 'ä'),
    fc.array(fc.float(), { maxLength: 5 }),
  )
  .map(entries => new Map(Object.entries(entries).map(([name, data]) => [name, Float32Array.from(data)])));
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const record = fc.record({
  epoch: fc.nat(),
  step: fc.nat(),
  loss: number,
  validation: fc.dictionary(fc.constantFrom('accuracy', 'auc', 'rmse'), number),
  learningRate: number,
  seconds: number,
});
const states: fc.Arbitrary<FitState> = fc.record({
  step: fc.nat(),
  arrays,
  lossSum: number,
  best: fc.option(
    fc.record({ epoch: fc.nat(), score: fc.oneof(number, fc.constant(Number.POSITIVE_INFINITY)), arrays }),
  ),
  history: fc.array(record, { maxLength: 3 }),
});

const comparable = (state: FitState) => {
  const bits = (map: FitState['arrays']) =>
    new Map([...map].map(([name, data]) => [name, Buffer.from(data.buffer).toString('hex')]));
  // JSON has no −0.
  const positive = (_: string, value: unknown): unknown => (value === 0 ? 0 : value);
  const { history, best, step, lossSum } = state;
  return {
    head: JSON.stringify(
      { history, step, lossSum, best: best && { epoch: best.epoch, score: String(best.score + 0) } },
      positive,
    ),
    arrays: bits(state.arrays),
    best: best && bits(best.arrays),
  };
};

test('any state comes back exactly', () => {
  fc.assert(
    fc.property(states, state => {
      expect(comparable(decodeCheckpoint(encodeCheckpoint(state, 'marks'), 'x', 'marks'))).toEqual(comparable(state));
    }),
  );
});

describe('what is no checkpoint is refused in words', () => {
  const refusal = (bytes: Uint8Array): unknown => {
    try {
      decodeCheckpoint(bytes, 'run/checkpoint', 'marks');
    } catch (error) {
      return error;
    }
    return 'accepted';
  };
  const wrong = { name: 'HillockError', kind: 'model-file', message: expect.stringContaining('run/checkpoint') };
  const head = { version: 1, step: 1, lossSum: 0, best: null, history: [] };
  const edits: readonly (readonly [string, unknown])[] = [
    ['another version', { ...head, version: 2 }],
    ['a step before the first', { ...head, step: -1 }],
    ['half a step', { ...head, step: 0.5 }],
    ['no history', { ...head, history: undefined }],
    ['a history of other things', { ...head, history: [{ epoch: 'one' }] }],
    ['a score that is text', { ...head, best: { epoch: 1, score: 'good' } }],
    ['nothing', null],
  ];
  test.each(edits)('%s', (_, data) => {
    const bytes = encodeSafetensors({ tensors: new Map(), metadata: new Map([['hillock', JSON.stringify(data)]]) });
    expect(refusal(bytes)).toMatchObject(wrong);
  });

  test('a file without a head, and no JSON in it', () => {
    expect(refusal(encodeSafetensors({ tensors: new Map(), metadata: new Map() }))).toMatchObject(wrong);
    expect(refusal(encodeSafetensors({ tensors: new Map(), metadata: new Map([['hillock', '{']]) }))).toMatchObject(
      wrong,
    );
  });

  test('cut anywhere, or with bytes changed', () => {
    const state: FitState = {
      step: 3,
      arrays: new Map([['w', Float32Array.of(1, 2)]]),
      lossSum: 0.1,
      best: null,
      history: [],
    };
    const bytes = encodeCheckpoint(state, 'marks');
    const rng = random('checkpoint');
    for (let length = 0; length < bytes.length; length++)
      expect(refusal(bytes.subarray(0, length))).toMatchObject(wrong);
    for (let i = 0; i < 1000; i++) {
      const changed = bytes.slice();
      changed[rng.below(changed.length)] = rng.below(256);
      const error = refusal(changed);
      if (error !== 'accepted') expect(error).toMatchObject(wrong);
    }
  });
});

test('the checkpoint of another training is refused', () => {
  const state: FitState = { step: 1, arrays: new Map(), lossSum: 0, best: null, history: [] };
  const bytes = encodeCheckpoint(state, 'this training');
  expect(decodeCheckpoint(bytes, 'x', 'this training').step).toBe(1);
  expect(() => decodeCheckpoint(bytes, 'x', 'another')).toThrow(/another training/);
});
