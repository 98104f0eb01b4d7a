/** Named arrays in one file: the safetensors format (8-byte length, JSON header, raw little-endian data). */

import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { sizeOf } from '../graph/index.ts';

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Arrays that a file is written of. */
export interface StoredArrays {
  readonly tensors: ReadonlyMap<
    string,
    { readonly shape: readonly number[]; readonly data: Float32Array | Float64Array | Int32Array | Uint8Array }
  >;
  readonly metadata: ReadonlyMap<string, string>;
}

const dtypeOf = (data: ArrayBufferView): string => {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Int32Array ? 'I32' : 'U8';
};

export function encodeSafetensors({ tensors, metadata }: StoredArrays): Uint8Array {
  const header: [string, unknown][] = [['__metadata__', Object.fromEntries(metadata)]];
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header.push([name, { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const head = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + head + offset).fill(0x20, 8, 8 + head);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head), true);
  bytes.set(json, 8);
  let at = 8 + head;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** An array as a file holds it. */
export interface StoredEntry {
  /** F32, F64, F16, BF16, I64, …. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const entrySchema = z.object({
  dtype: z.string().max(20),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every(text => typeof text === 'string');

const brokenFile = (source: string, what: string): HillockError =>
  new HillockError('model-file', `${source} is not a usable safetensors file: ${what}`);

/** Whether places fill a length one after the other, in any order, without a gap and without sharing a byte. */
function fill(places: readonly (readonly [begin: number, end: number])[], length: number): boolean {
  let at = 0;
  for (const [begin, end] of [...places].sort(([a, b], [c, d]) => a - c || b - d)) {
    if (begin !== at) return false;
    at = end;
  }
  return at === length;
}

/** The arrays of a safetensors file of any type, as they lie; throws `HillockError` kind `model-file` when it is damaged. */
export function safetensorsEntries(
  bytes: Uint8Array,
  source: string,
): { readonly entries: ReadonlyMap<string, StoredEntry>; readonly metadata: ReadonlyMap<string, string> } {
  const broken = (what: string): HillockError => brokenFile(source, what);
  if (bytes.length < 8) throw broken('it is cut short');
  const head = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (head > bytes.length - 8) throw broken('its header runs past its end');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + head)));
  } catch {
    throw broken('its header is not JSON');
  }
  if (typeof json !== 'object' || json === null) throw broken('its header is not an object');
  // A plain view: slices of Node's own Buffer share its memory.
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset + 8 + head, bytes.length - 8 - head);
  const entries = new Map<string, StoredEntry>();
  const places: [begin: number, end: number][] = [];
  let metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') {
      if (!isTexts(value)) throw broken('its metadata is not text');
      metadata = new Map(Object.entries(value));
      continue;
    }
    const entry = entrySchema.safeParse(value, { jitless: true });
    if (!entry.success) throw broken(`array ${name} has no usable type, shape or place`);
    const {
      dtype,
      shape,
      data_offsets: [begin, end],
    } = entry.data;
    if (end > body.length || begin > end) throw broken(`array ${name} does not fit`);
    entries.set(name, { dtype, shape, bytes: body.subarray(begin, end) });
    places.push([begin, end]);
  }
  // Arrays that shared their bytes could need any amount of memory.
  if (!fill(places, body.length)) throw broken('its arrays do not fill it one after the other');
  return { entries, metadata };
}

/** Reads a safetensors file of float32 arrays; throws `HillockError` kind `model-file` when it is damaged. */
export function decodeSafetensors(bytes: Uint8Array, source: string): SafetensorsFile {
  const { entries, metadata } = safetensorsEntries(bytes, source);
  const tensors = new Map(
    [...entries].map(([name, { dtype, shape, bytes: raw }]) => {
      if (dtype !== 'F32') throw brokenFile(source, `array ${name} is not float32`);
      if (raw.length !== 4 * sizeOf(shape)) throw brokenFile(source, `array ${name} does not fit`);
      return [name, { shape, data: new Float32Array(raw.slice().buffer) }] as const;
    }),
  );
  return { tensors, metadata };
}
