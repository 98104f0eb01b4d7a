import { describe, expect, test } from 'vitest';
import { plainPixels } from '../features/index.ts';
import { inputShapeOf } from '../model/index.ts';
import { dense, dropout, flatten, network, place } from '../nn/index.ts';
import { inputNames } from './layers.ts';
import { summarise } from './summary.ts';
import { encoderOf, modelOf, people } from './testing.case.ts';

const encoder = encoderOf(people(), 'survived');

describe('summarise', () => {
  test('says what columns become and what layers cost', () => {
    const { spec } = modelOf(
      { kind: 'table', encoder },
      network([dense(4, 'relu'), dropout(0.1), dense(1)], { members: 3 }),
    );
    const summary = summarise(spec);
    const first = 3 * (encoder.width * 4 + 4);
    expect(summary.layers.map(({ name, position }) => `${position} ${name}`)).toEqual([
      '1 dense1',
      '2 dropout1',
      '3 dense2',
    ]);
    expect(summary.layers[0]).toMatchObject({
      input: [encoder.width],
      output: [4],
      activation: 'relu',
      parameters: first,
      multiplyAdds: 3 * 4 * encoder.width,
      bytes: 4 * first,
    });
    expect(summary.parameters).toBe(first + 3 * 5);
    expect(summary.bytes).toBe(4 * summary.parameters);
    const sex = summary.columns.find(({ column }) => column === 'sex')!;
    expect(sex.inputs).toEqual(['sex=female', 'sex=male', 'sex is missing']);
    expect(sex.becomes).toBe('2 flags for its words, and for missing');
    const age = summary.columns.find(({ column }) => column === 'age')!;
    expect(age.inputs).toEqual(['age', 'age is missing']);
    expect(summary.columns.flatMap(({ inputs }) => inputs)).toHaveLength(encoder.width);
  });

  test('channels are named where there are several', () => {
    const { spec } = modelOf({ kind: 'images', ...plainPixels([2, 2, 3]) }, network([flatten(), dense(1)]));
    const summary = summarise(spec);
    expect(summary.image).toEqual([2, 2, 3]);
    const [, last] = place(spec.network, inputShapeOf(spec.input));
    expect(inputNames({ spec }, last!).slice(0, 5)).toEqual([
      'pixel 1,1 channel 1',
      'pixel 1,2 channel 1',
      'pixel 2,1 channel 1',
      'pixel 2,2 channel 1',
      'pixel 1,1 channel 2',
    ]);
  });
});
