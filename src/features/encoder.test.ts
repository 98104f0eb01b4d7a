import { describe, expect, it } from 'vitest';
import { fitEncoder, parseEncoder } from './index.ts';
import { allRows, mixedTable } from './testing.case.ts';

describe('an encoder from a file', () => {
  const table = mixedTable(200);
  const json = () => JSON.parse(JSON.stringify(fitEncoder(table, allRows(200)).encoder));

  it('comes back equal', () => {
    expect(parseEncoder(json())).toEqual(fitEncoder(table, allRows(200)).encoder);
  });

  it('is refused when it makes no sense', () => {
    const broken: ((encoder: ReturnType<typeof json>) => void)[] = [
      encoder => (encoder.version = 2),
      encoder => (encoder.columns = []),
      encoder => encoder.columns.push(encoder.columns[0]),
      encoder => (encoder.columns[0].parts[0].factor = null),
      encoder => (encoder.columns[0].parts[0].factor = -1),
      encoder => (encoder.columns[0].parts[0].median = 1e300),
      encoder => (encoder.columns[0].parts[0].kind = '__proto__'),
      encoder => (encoder.columns[0].input = '__proto__'),
      encoder => (encoder.columns[0].input = ''),
      encoder => (encoder.columns[0].type = 'text'),
      encoder => (encoder.columns[2].parts[0].levels = ['a', 'a']),
      encoder => (encoder.columns[2].parts[0].levels = Array.from({ length: 1000 }, (_, i) => `${i}`)),
      encoder => (encoder.columns[2].parts = []),
    ];
    for (const damage of broken) {
      const encoder = json();
      damage(encoder);
      expect(() => parseEncoder(encoder), String(damage)).toThrow(/the encoder of this model is not valid/);
    }
    for (const other of [null, 3, 'x', [], {}]) expect(() => parseEncoder(other)).toThrow(/not valid/);
  });

  it('works out for itself what follows from its columns', () => {
    const encoder = json();
    encoder.width = 1e9;
    encoder.featureNames = ['lies'];
    expect(parseEncoder(encoder).width).toBe(fitEncoder(table, allRows(200)).encoder.width);
  });
});
