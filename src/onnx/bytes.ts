/** Numbers, texts and lengths as protobuf lays them down in bytes: https://protobuf.dev/programming-guides/encoding */

/** How the value after a tag is laid down. */
export const wireTypes = { varint: 0, bit64: 1, lengthDelimited: 2, startGroup: 3, endGroup: 4, bit32: 5 } as const;
export type WireType = (typeof wireTypes)[keyof typeof wireTypes];

/** Where bytes are written: small things are gathered, large ones kept as they are. */
export interface Writer {
  readonly chunks: Uint8Array[];
  pending: number[];
}

export const makeWriter = (): Writer => ({ chunks: [], pending: [] });

/** Above this many bytes a value is a chunk of its own. */
const large = 256;

function flush(writer: Writer): void {
  if (writer.pending.length > 0) writer.chunks.push(Uint8Array.from(writer.pending));
  writer.pending = [];
}

/** A whole number, as 64 bits in two's complement. */
export function writeVarint({ pending }: Writer, value: number | bigint): void {
  let rest = typeof value === 'number' && value >= 0 && value < 2 ** 31 ? value : -1;
  if (rest >= 0) {
    for (; rest > 127; rest >>>= 7) pending.push((rest & 127) | 128);
    pending.push(rest);
    return;
  }
  let bits = BigInt.asUintN(64, BigInt(value));
  for (; bits > 127n; bits >>= 7n) pending.push(Number(bits & 127n) | 128);
  pending.push(Number(bits));
}

export const writeTag = (writer: Writer, id: number, wire: WireType): void => writeVarint(writer, id * 8 + wire);

export function writeFloat({ pending }: Writer, value: number): void {
  pending.push(...new Uint8Array(Float32Array.of(value).buffer));
}

export function writeBytes(writer: Writer, bytes: Uint8Array): void {
  writeVarint(writer, bytes.length);
  if (bytes.length <= large) writer.pending.push(...bytes);
  else {
    flush(writer);
    writer.chunks.push(bytes);
  }
}

/** What another writer has written, as one value. */
export function writeInner(writer: Writer, inner: Writer): void {
  flush(inner);
  writeVarint(writer, lengthOf(inner));
  flush(writer);
  for (const chunk of inner.chunks) writer.chunks.push(chunk);
}

const lengthOf = ({ chunks }: Writer): number => chunks.reduce((sum, { length }) => sum + length, 0);

export function finish(writer: Writer): Uint8Array {
  flush(writer);
  const bytes = new Uint8Array(lengthOf(writer));
  let at = 0;
  for (const chunk of writer.chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Bytes, and how far they are read. Readers throw a `RangeError` where bytes are broken. */
export interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  pos: number;
}

export const makeReader = (bytes: Uint8Array): Reader => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  pos: 0,
});

/** A varint as the 64 bits that it stands for, without a sign. */
function readBits(reader: Reader): bigint {
  const { bytes } = reader;
  const first = bytes[reader.pos];
  if (first !== undefined && first < 128) {
    reader.pos++;
    return BigInt(first);
  }
  let bits = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[reader.pos++];
    if (byte === undefined) throw new RangeError('a number runs past the end');
    bits |= BigInt(byte & 127) << shift;
    if (byte < 128) return BigInt.asUintN(64, bits);
  }
  throw new RangeError('a number without end');
}

export const readInt = (reader: Reader): bigint => BigInt.asIntN(64, readBits(reader));

/** A length that the bytes still have. */
export function readLength(reader: Reader): number {
  const length = Number(readBits(reader));
  if (length > reader.bytes.length - reader.pos) throw new RangeError('a length beyond the end');
  return length;
}

export function readTag(reader: Reader): readonly [id: number, wire: WireType] {
  const tag = Number(readBits(reader));
  const wire = tag % 8;
  const id = (tag - wire) / 8;
  if (id < 1 || id >= 2 ** 29 || wire > wireTypes.bit32) throw new RangeError('a tag that none can be');
  return [id, wire as WireType];
}

function pass(reader: Reader, count: number): number {
  const at = reader.pos;
  reader.pos += count;
  if (reader.pos > reader.bytes.length) throw new RangeError('a value runs past the end');
  return at;
}

export const readFloat = (reader: Reader): number => reader.view.getFloat32(pass(reader, 4), true);

/** A view of the bytes. */
export function readBytes(reader: Reader): Uint8Array {
  const length = readLength(reader);
  const at = pass(reader, length);
  return reader.bytes.subarray(at, at + length);
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export const readText = (reader: Reader): string => utf8.decode(readBytes(reader));

const deepestGroup = 100;

/** Passes over the value of a tag. */
export function skip(reader: Reader, id: number, wire: WireType, depth = 0): void {
  if (wire === wireTypes.varint) readBits(reader);
  else if (wire === wireTypes.bit64) pass(reader, 8);
  else if (wire === wireTypes.bit32) pass(reader, 4);
  else if (wire === wireTypes.lengthDelimited) pass(reader, readLength(reader));
  else if (wire === wireTypes.endGroup) throw new RangeError('the end of a group that never began');
  else skipGroup(reader, id, depth + 1);
}

function skipGroup(reader: Reader, id: number, depth: number): void {
  if (depth > deepestGroup) throw new RangeError('groups nested too deeply');
  for (;;) {
    const [inner, wire] = readTag(reader);
    if (wire !== wireTypes.endGroup) skip(reader, inner, wire, depth);
    else if (inner === id) return;
    else throw new RangeError('the end of another group');
  }
}
