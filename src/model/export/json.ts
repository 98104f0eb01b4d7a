import { floats } from '../../graph/index.ts';
import type { ExportFormat } from './format.ts';

/** The shortest decimal number that is read back as the same float32. */
export function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

export const jsonFormat: ExportFormat = {
  format: 'json',
  about: 'Everything as text: what goes in, the layers, the target, and every weight; read back by `hillock import`.',
  extensions: ['.json'],
  write({ spec, parameters }) {
    const arrays = [...parameters].map(([name, tensor]) => [
      name,
      { shape: tensor.shape, data: Array.from(floats(tensor), shortFloat) },
    ]);
    const text = JSON.stringify({ format: 'hillock', version: 1, spec, parameters: Object.fromEntries(arrays) });
    return [{ extension: '.json', data: `${text}\n` }];
  },
};
