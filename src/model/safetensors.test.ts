/** Arrays in a file and back, and files from strangers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { random } from '../random.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from './safetensors.ts';

const special = [0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, 3.4e38];
const float = fc.oneof(fc.constantFrom(...special), fc.float());
const array = fc.array(fc.nat(4), { maxLength: 4 }).chain(shape => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc.array(float, { minLength: size, maxLength: size }).map(data => ({ shape, data: Float32Array.from(data) }));
});
const name = fc.string({ unit: 'grapheme', maxLength: 12 }).filter(text => text !== '__metadata__');
const files: fc.Arbitrary<SafetensorsFile> = fc
  .record({
    tensors: fc.array(fc.tuple(name, array), { maxLength: 5 }),
    metadata: fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 }),
  })
  .map(({ tensors, metadata }) => ({ tensors: new Map(tensors), metadata: new Map(metadata) }));

const hex = (data: Float32Array): string => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
const comparable = ({ tensors, metadata }: SafetensorsFile) => ({
  tensors: new Map([...tensors].map(([key, { shape, data }]) => [key, { shape: [...shape], data: hex(data) }])),
  metadata,
});

const sample: SafetensorsFile = {
  tensors: new Map([
    ['dense1.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, -4, 5.5, 0) }],
    ['dense1.bias', { shape: [3], data: Float32Array.of(0.1, 0, -1) }],
    ['empty', { shape: [0], data: new Float32Array() }],
  ]),
  metadata: new Map([['hillock', '{"version":1}']]),
};

describe('round trip', () => {
  test('any arrays under any names, to the bit', () => {
    fc.assert(
      fc.property(files, file => {
        expect(comparable(decodeSafetensors(encodeSafetensors(file), 'x'))).toEqual(comparable(file));
      }),
    );
  });

  test('names that objects have of themselves', () => {
    const names = ['__proto__', 'constructor', 'toString', '1', '0', ''];
    const file: SafetensorsFile = {
      tensors: new Map(names.map((key, i) => [key, { shape: [], data: Float32Array.of(i) }])),
      metadata: new Map(names.map(key => [key, key])),
    };
    expect(comparable(decodeSafetensors(encodeSafetensors(file), 'x'))).toEqual(comparable(file));
  });

  test('from a view that does not begin at a multiple of four', () => {
    const bytes = encodeSafetensors(sample);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(comparable(decodeSafetensors(moved.subarray(3), 'x'))).toEqual(comparable(sample));
  });
});

test('the bytes are those of the format: length, JSON header aligned to 8, little-endian values', () => {
  const bytes = encodeSafetensors(sample);
  const head = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(head % 8).toBe(0);
  expect(JSON.parse(Buffer.from(bytes.subarray(8, 8 + head)).toString())).toEqual({
    __metadata__: { hillock: '{"version":1}' },
    'dense1.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    'dense1.bias': { dtype: 'F32', shape: [3], data_offsets: [24, 36] },
    empty: { dtype: 'F32', shape: [0], data_offsets: [36, 36] },
  });
  expect(new DataView(bytes.buffer).getFloat32(8 + head + 12, true)).toBe(-4);
});

/** A file with this header over 36 bytes of data. */
function withHeader(header: string, body = 36): Uint8Array {
  const json = Buffer.from(header);
  const bytes = new Uint8Array(8 + json.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

function refused(bytes: Uint8Array): HillockError {
  try {
    decodeSafetensors(bytes, 'a.safetensors');
  } catch (error) {
    expect(error).toBeInstanceOf(HillockError);
    expect(error).toMatchObject({ kind: 'model-file', message: expect.stringContaining('a.safetensors') });
    return error as HillockError;
  }
  throw new Error('it was accepted');
}

describe('hostile bytes', () => {
  const entry = (more: Record<string, unknown>): string =>
    JSON.stringify({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 12], ...more } });
  const wrong: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', new Uint8Array(), /cut short/],
    ['a length alone that promises more', new Uint8Array(8).fill(255), /past its end/],
    ['no JSON', withHeader('{"a":'), /not JSON/],
    ['JSON null', withHeader('null'), /not an object/],
    ['a JSON number', withHeader('7'), /not an object/],
    ['an entry that is null', withHeader('{"a":null}'), /array a/],
    ['metadata that is null', withHeader('{"__metadata__":null}'), /metadata/],
    ['metadata that is a number', withHeader('{"__metadata__":5}'), /metadata/],
    ['metadata of other things than text', withHeader('{"__metadata__":{"a":{}}}'), /metadata/],
    ['another type', withHeader(entry({ dtype: 'BF16' }), 12), /not float32/],
    ['a negative size', withHeader(entry({ shape: [-3] })), /array a/],
    ['a fraction', withHeader(entry({ shape: [1.5] })), /array a/],
    ['a size that overflows', withHeader(entry({ shape: [2 ** 52, 2 ** 52, 3] }), 12), /array a/],
    ['too many dimensions', withHeader(entry({ shape: new Array(100).fill(1) })), /array a/],
    ['offsets past the end', withHeader(entry({ data_offsets: [30, 42] })), /does not fit/],
    ['offsets the wrong way round', withHeader(entry({ data_offsets: [12, 0] })), /does not fit/],
    ['offsets of another length', withHeader(entry({ data_offsets: [0, 16] }), 16), /does not fit/],
    ['bytes behind its arrays', withHeader(entry({})), /one after the other/],
    ['a gap before its array', withHeader(entry({ data_offsets: [4, 16] }), 16), /one after the other/],
    [
      'arrays that share their bytes',
      withHeader(`${entry({}).slice(0, -1)},"b":${entry({}).slice(5)}`, 12),
      /one after the other/,
    ],
    ['three offsets', withHeader(entry({ data_offsets: [0, 12, 24] })), /array a/],
  ];
  test.each(wrong)('%s', (_, bytes, message) => {
    expect(refused(bytes).message).toMatch(message);
  });

  test('cut anywhere', () => {
    const bytes = encodeSafetensors(sample);
    for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length));
  });

  test('with any bytes changed: read or refused, never another error', () => {
    const rng = random('flips');
    const bytes = encodeSafetensors(sample);
    for (let i = 0; i < 1500; i++) {
      const changed = bytes.slice();
      for (let k = rng.below(4); k >= 0; k--) changed[rng.below(changed.length)] = rng.below(256);
      try {
        decodeSafetensors(changed, 'x');
      } catch (error) {
        expect(error).toMatchObject({ name: 'HillockError', kind: 'model-file' });
      }
    }
  });
});
