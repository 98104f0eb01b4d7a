import { expect, test } from 'vitest';
import { hostile } from './nightly.ts';

test.each(['onnx', 'import-json', 'import-onnx', 'safetensors', 'checkpoint', 'plan', 'report', 'history'])(
  '%s: 2,000 hostile files',
  async name => {
    const { code, said } = await hostile([name], 2000);
    expect(said).toMatch(new RegExp(`^${name} +[1-9]\\d* read`, 'm'));
    expect({ code, said }).toMatchObject({ code: 0 });
  },
);
