/** Arrays of other programs as float32. */
import { HillockError } from '../../errors.ts';
import { sizeOf } from '../../graph/index.ts';
import type { StateArray } from '../export/torch-state.ts';
import { safetensorsEntries } from '../safetensors.ts';

/** A type of numbers that is read. */
interface NumberType {
  readonly name: string;
  readonly bytes: number;
  /** Little-endian numbers from a view. */
  at(view: DataView, offset: number): number;
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const scratch = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function brainHalf(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

export const numberTypes = {
  float32: { name: 'float32', bytes: 4, at: (view, at) => view.getFloat32(at, true) },
  float64: { name: 'float64', bytes: 8, at: (view, at) => view.getFloat64(at, true) },
  float16: { name: 'float16', bytes: 2, at: (view, at) => half(view.getUint16(at, true)) },
  bfloat16: { name: 'bfloat16', bytes: 2, at: (view, at) => brainHalf(view.getUint16(at, true)) },
} as const satisfies Record<string, NumberType>;

/** Arrays of a file, float32, and what was done to them. */
export interface ReadArrays {
  readonly arrays: ReadonlyMap<string, StateArray>;
  readonly notes: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** Numbers of a type as float32; throws `HillockError` kind `model-file` where there are too few, or none that is finite. */
export function asFloat32(
  name: string,
  type: NumberType,
  shape: readonly number[],
  bytes: Uint8Array,
  source: string,
): StateArray {
  const size = sizeOf(shape);
  if (bytes.length !== size * type.bytes) {
    throw new HillockError(
      'model-file',
      `${source}: ${name} of shape [${shape}] needs ${size * type.bytes} bytes of ${type.name}, there are ${bytes.length}`,
      'the file is damaged or cut short',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = Float32Array.from({ length: size }, (_, i) => type.at(view, i * type.bytes));
  const bad = data.findIndex(value => !Number.isFinite(value));
  if (bad < 0) return { shape, data };
  throw new HillockError(
    'model-file',
    `${source}: ${name} holds ${data[bad]} at place ${bad + 1}: not a finite float32`,
    'a network with such a weight predicts nothing; save it from an earlier epoch',
  );
}

/** One note for all arrays of each other type. */
export function conversionNotes(types: ReadonlyMap<string, NumberType>): readonly string[] {
  const others = [...types].filter(([, { name }]) => name !== 'float32');
  return [...new Set(others.map(([, { name }]) => name))].map(type => {
    const names = others.filter(([, { name }]) => name === type).map(([name]) => name);
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    return `converted from ${type} to float32: ${names.slice(0, 3).join(', ')}${more}`;
  });
}

const safetensorsTypes: Readonly<Record<string, NumberType>> = {
  F32: numberTypes.float32,
  F64: numberTypes.float64,
  F16: numberTypes.float16,
  BF16: numberTypes.bfloat16,
};

/** Counters of batches, which PyTorch keeps beside running statistics. */
const counter = /(^|\.)num_batches_tracked$/;

/** The arrays of a safetensors file; throws `HillockError` kind `model-file` for types that weights do not have. */
export function readSafetensors(bytes: Uint8Array, source: string): ReadArrays {
  const { entries, metadata } = safetensorsEntries(bytes, source);
  const types = new Map<string, NumberType>();
  const arrays = new Map<string, StateArray>();
  for (const [name, { dtype, shape, bytes: raw }] of entries) {
    if (counter.test(name)) continue;
    const type = safetensorsTypes[dtype];
    if (!type) {
      throw new HillockError(
        'model-file',
        `${source}: ${name} holds ${dtype}, weights are ${Object.keys(safetensorsTypes).join(', ')}`,
        'save the weights alone, not quantised',
      );
    }
    types.set(name, type);
    arrays.set(name, asFloat32(name, type, shape, raw, source));
  }
  return { arrays, metadata, notes: conversionNotes(types) };
}
