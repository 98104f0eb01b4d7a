/** The header of a page of a Parquet file, in the compact protocol of Thrift. */

/** What a page says of itself; sizes in bytes. */
export interface PageHeader {
  /** Of the header itself. */
  readonly length: number;
  readonly uncompressed: number;
  readonly compressed: number;
  /** Levels before the values that are never compressed (data pages of version 2). */
  readonly levels: number;
  readonly packed: boolean;
}

const types = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11 };
const struct = 12;
const deepest = 8;

type Fields = ReadonlyMap<number, number | boolean | Fields>;

/**
 * Reads the header that begins at `at`; null where the bytes end before it does. Throws an Error with what is wrong.
 * Source: apache/parquet-format, `parquet.thrift` (PageHeader, DataPageHeaderV2) and `thrift-compact-protocol.md`.
 */
export function pageHeader(bytes: Uint8Array, from: number): PageHeader | null {
  let at = from;
  class Short extends Error {}
  const byte = (): number => {
    if (at >= bytes.length) throw new Short();
    return bytes[at++]!;
  };
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const next = byte();
      value += (next & 127) * scale;
      if (next < 128) return value;
      if (scale > 2 ** 56) throw new Error('a number in a page header does not end');
    }
  };
  const zigzag = (): number => {
    const value = varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const skip = (length: number): void => {
    at += length;
    if (at > bytes.length) throw new Short();
  };
  const value = (type: number, depth: number): number | boolean | Fields => {
    if (type === types.true) return true;
    if (type === types.false) return false;
    if (type === types.byte) return byte();
    if (type === types.i16 || type === types.i32 || type === types.i64) return zigzag();
    if (type === struct) return fields(depth + 1);
    if (type === types.double) skip(8);
    else if (type === types.binary) skip(varint());
    else throw new Error(`a page header with a field of type ${type}`);
    return 0;
  };
  const fields = (depth: number): Fields => {
    if (depth > deepest) throw new Error('a page header that is too deep');
    const found = new Map<number, number | boolean | Fields>();
    let id = 0;
    for (let head = byte(); head !== 0; head = byte()) {
      id = head >> 4 === 0 ? zigzag() : id + (head >> 4);
      found.set(id, value(head & 15, depth));
    }
    return found;
  };
  try {
    const found = fields(0);
    const size = (holder: Fields, id: number): number => {
      const size = holder.get(id);
      if (typeof size === 'number' && size >= 0) return size;
      throw new Error('a page header without sizes');
    };
    const second = found.get(8);
    const v2 = second instanceof Map ? (second as Fields) : undefined;
    return {
      length: at - from,
      uncompressed: size(found, 2),
      compressed: size(found, 3),
      levels: v2 ? size(v2, 5) + size(v2, 6) : 0,
      packed: v2?.get(7) !== false,
    };
  } catch (error) {
    if (error instanceof Short) return null;
    throw error;
  }
}
