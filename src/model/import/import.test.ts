/** What is read back from exports, and files that do not fit. */
import { describe, expect, test } from 'vitest';
import { HillockError } from '../../errors.ts';
import { floats } from '../../graph/index.ts';
import {
  batchNorm,
  conv1d,
  convTranspose1d,
  dense,
  embedding,
  flatten,
  gru,
  type LayerSpec,
  layerNorm,
  lstm,
  reshape,
  residual,
  rnn,
} from '../../nn/index.ts';
import { random } from '../../random.ts';
import { exportFormats } from '../export/index.ts';
import { type Model, modelOf } from '../export/testing.case.ts';
import { encodeSafetensors } from '../safetensors.ts';
import { mixedTable } from '../testing.case.ts';
import { numberTypes } from './arrays.ts';
import { type Imported, importModel } from './index.ts';

const table = mixedTable(60, random('import'));
const written = (model: Model, format: string): Uint8Array => {
  const files = exportFormats.find(one => one.format === format)!.write(model);
  const { data } = files.at(-1)!;
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
};
const bits = ({ parameters }: Pick<Model, 'parameters'>) =>
  new Map([...parameters].map(([name, tensor]) => [name, Buffer.from(floats(tensor).slice().buffer).toString('hex')]));

const networks: readonly (readonly [string, readonly LayerSpec[], { members?: number }])[] = [
  ['dense layers, norms, residual layers', [dense(6), batchNorm(), residual([dense(6, 'relu'), layerNorm()])], {}],
  ['convolutions', [dense(8), reshape([2, 4]), conv1d(4, 2), convTranspose1d(2, 2), flatten()], {}],
  [
    'recurrent layers',
    [
      dense(8),
      reshape([4, 2]),
      gru(3, { returnSequences: true, bidirectional: true }),
      rnn(2, { returnSequences: true }),
      lstm(2),
    ],
    {},
  ],
  ['codes', [embedding(4, 2), flatten()], {}],
  ['an ensemble', [dense(6, 'silu'), residual([dense(6)], 'linear', { shortcut: [dense(6)] })], { members: 3 }],
];

describe('exports are read back without a description, bit for bit', () => {
  test.each(['safetensors', 'json', 'onnx', 'torch'])('%s', format => {
    for (const [name, hidden, options] of networks) {
      const model = modelOf(table, 'y', hidden, options);
      const extension = format === 'torch' ? 'safetensors' : format;
      const found = importModel({ source: `a.${extension}`, bytes: written(model, format) });
      expect(JSON.parse(JSON.stringify(found.spec)), name).toEqual(JSON.parse(JSON.stringify(model.spec)));
      expect(bits(found), name).toEqual(bits(model));
    }
  });
});

const small = {
  input: { columns: ['a', { name: 'b', centre: 2, scale: 4 }] },
  layers: [dense(3, 'relu'), dense(1)],
  target: { name: 'y', classes: ['no', 'yes'] },
};
const arrays = {
  'fc1.weight': [3, 2],
  'fc1.bias': [3],
  'out.weight': [1, 3],
  'out.bias': [1],
} as const;

const fileOf = (shapes: Readonly<Record<string, readonly number[]>>, value = 0.5): Uint8Array =>
  encodeSafetensors({
    tensors: new Map(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value) },
      ]),
    ),
    metadata: new Map(),
  });

const read = (bytes: Uint8Array, spec: object | string = small): Imported =>
  importModel({
    source: 'weights.safetensors',
    bytes,
    spec: { source: 'network.json', json: typeof spec === 'string' ? spec : JSON.stringify(spec) },
  });

function refused(work: () => unknown): HillockError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(HillockError);
    return error as HillockError;
  }
  throw new Error('it was accepted');
}

describe('what does not fit is said', () => {
  const without = (name: string) => Object.fromEntries(Object.entries(arrays).filter(([one]) => one !== name));
  test.each([
    [
      'a bias is missing',
      without('fc1.bias'),
      {},
      /not say which arrays are those of dense1 \(weight \[3, 2\], bias \[3\]\); left over: fc1 \(weight \[3, 2\]\)/,
    ],
    [
      'a bias is missing where the module is named',
      without('fc1.bias'),
      { names: { dense1: 'fc1' } },
      /dense1 cannot be fc1: bias missing/,
    ],
    ['a module more', { ...arrays, 'extra.weight': [2, 2] }, {}, /left over: extra \(weight \[2, 2\]\)/],
    [
      'an array more',
      { ...arrays, 'fc1.scale': [3] },
      { names: { dense1: 'fc1' } },
      /dense1 cannot be fc1: scale left over/,
    ],
    [
      'a transposed weight',
      { ...arrays, 'fc1.weight': [2, 3] },
      { names: { dense1: 'fc1' } },
      /weight has shape \[2, 3\], it must be \[3, 2\]; it looks transposed/,
    ],
    [
      'no such module',
      arrays,
      { names: { dense1: 'fc9' } },
      /"names" says that dense1 is called fc9, the file holds no fc9.weight/,
    ],
    ['an array without a module', { ...arrays, alone: [1] }, {}, /left over: without a module \(alone \[1\]\)/],
  ] as const)('%s', (_, shapes, more, message) => {
    const error = refused(() => read(fileOf(shapes), { ...small, ...more }));
    expect(`${error.message}\n${error.hint}`).toMatch(message);
  });

  test('two modules that could be each other are not guessed', () => {
    const twins = { ...small, layers: [dense(2, 'relu'), dense(2, 'relu'), dense(1)] };
    const shapes = {
      'p.weight': [2, 2],
      'p.bias': [2],
      'q.weight': [2, 2],
      'q.bias': [2],
      'r.weight': [1, 2],
      'r.bias': [1],
    };
    const error = refused(() => read(fileOf(shapes), twins));
    expect(error).toMatchObject({ kind: 'model-file', hint: expect.stringContaining('"names"') });
    expect(error.message).toMatch(/those of dense1 .*dense2 .*left over: p .*q /);
    expect(read(fileOf(shapes), { ...twins, names: { dense1: 'q', dense2: 'p' } }).modules).toEqual([
      ['dense1', 'q'],
      ['dense2', 'p'],
      ['dense3', 'r'],
    ]);
  });

  test('a common beginning of names is passed over', () => {
    const shapes = Object.fromEntries(Object.entries(arrays).map(([name, shape]) => [`module.net.${name}`, shape]));
    expect(read(fileOf(shapes)).modules).toEqual([
      ['dense1', 'module.net.fc1'],
      ['dense2', 'module.net.out'],
    ]);
  });

  test.each([
    ['not JSON', '{', /not valid JSON/],
    ['no target', { ...small, target: undefined }, /target/],
    ['a misspelt field', { ...small, imput: 1 }, /imput/],
    ['a layer of no kind', { ...small, layers: [{ kind: 'dens', units: 1 }] }, /unknown kind "dens"/],
    [
      'a last layer of other outputs',
      { ...small, layers: [dense(3)] },
      /the last layer gives rows of shape \[3\], y needs \[2\] or \[1\]/,
    ],
    [
      'a number after words',
      { ...small, input: { columns: [{ name: 'w', words: ['a'] }, 'b'] } },
      /b stands after a column of words/,
    ],
    ['columns that do not fit', { ...small, input: { columns: ['a', 'b', 'c'] } }, /weight \[3, 3\]/],
    [
      'a name for a layer that is not there',
      { ...small, names: { dens1: 'fc1' } },
      /"names" tells what dens1 is called, and no layer with weights is dens1/,
    ],
    ['a column twice', { ...small, input: { columns: ['a', 'a'] } }, /two columns of one name/],
  ] as const)('a description with %s', (_, spec, message) => {
    const error = refused(() => read(fileOf(arrays), spec));
    expect(error.message).toMatch(message);
  });

  test('a description of what describes itself', () => {
    const bytes = written(modelOf(table, 'y', [dense(3)]), 'json');
    const spec = { source: 'network.json', json: JSON.stringify(small) };
    const error = refused(() => importModel({ source: 'a.json', bytes, spec }));
    expect(`${error.message}; ${error.hint}`).toBe(
      'a.json describes its network itself; leave network.json out (--spec)',
    );
  });

  test('no description, no known ending, no finite numbers, other types, cut short', () => {
    expect(refused(() => importModel({ source: 'a.safetensors', bytes: fileOf(arrays) })).hint).toContain('--spec');
    expect(refused(() => importModel({ source: 'a.pt', bytes: fileOf(arrays) })).hint).toContain('save_file');
    expect(refused(() => read(fileOf(arrays, Number.NaN))).message).toMatch(/fc1.weight holds NaN at place 1/);
    const bytes = fileOf(arrays);
    for (let length = 0; length < bytes.length; length += 7) refused(() => read(bytes.subarray(0, length)));
    const ints = new TextDecoder().decode(bytes).includes('F32') && bytes.slice();
    const at = Buffer.from(ints as Uint8Array).indexOf('F32');
    (ints as Uint8Array).set(Buffer.from('I32'), at);
    expect(refused(() => read(ints as Uint8Array)).message).toMatch(/fc1.weight holds I32/);
  });
});

test('a binary target, centred and scaled columns: as calculated by hand', () => {
  const { spec } = read(fileOf(arrays));
  expect(spec.target).toMatchObject({ task: 'binary', classes: ['no', 'yes'] });
  expect(spec.input).toMatchObject({ encoder: { width: 2, featureNames: ['a', 'b'] } });
  expect(JSON.stringify(spec.input)).toContain('"parts":[{"kind":"linear","centre":2,"factor":0.25}]');
});

test('numbers of half precision, by their definition', () => {
  const view = new DataView(new ArrayBuffer(2));
  const value = (type: 'float16' | 'bfloat16', bits: number): number => {
    view.setUint16(0, bits, true);
    return numberTypes[type].at(view, 0);
  };
  expect([0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555].map(bits => value('float16', bits))).toEqual([
    1,
    -2,
    65504,
    2 ** -24,
    2 ** -14,
    0.333251953125,
  ]);
  expect([0x3f80, 0xc000, 0x7f7f, 0x0080].map(bits => value('bfloat16', bits))).toEqual([
    1,
    -2,
    3.3895313892515355e38,
    2 ** -126,
  ]);
  expect([value('float16', 0x7c00), value('bfloat16', 0xff80)]).toEqual([Infinity, -Infinity]);
});

describe('hostile bytes are read or refused, nothing else', () => {
  test.each(['safetensors', 'json', 'onnx'])('%s', format => {
    const bytes = written(modelOf(table, 'y', [dense(3)]), format);
    const rng = random(`flips ${format}`);
    for (let i = 0; i < 300; i++) {
      const changed = bytes.slice(0, rng.uniform() < 0.3 ? rng.below(bytes.length) : bytes.length);
      for (let k = rng.below(4); k >= 0 && changed.length > 0; k--) changed[rng.below(changed.length)] = rng.below(256);
      for (const spec of [undefined, { source: 'n.json', json: JSON.stringify(small) }]) {
        try {
          importModel({ source: `a.${format}`, bytes: changed, spec });
        } catch (error) {
          expect(error).toBeInstanceOf(HillockError);
        }
      }
    }
  });
});
