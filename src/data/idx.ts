import { HillockError } from '../errors.ts';
import { sizeOf } from '../graph/index.ts';

/** The content of an IDX file of unsigned bytes. */
export interface Idx {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

const unsignedByte = 0x08;

/** Decodes an IDX file (unsigned bytes); the header is checked against the length before anything is allocated. */
export function decodeIdx(bytes: Uint8Array, source: string): Idx {
  const wrong = (message: string): never => {
    throw new HillockError(
      'data',
      `${source} is not a valid IDX file: ${message}`,
      'get the file again; it may be cut off',
    );
  };
  if (bytes.length < 4) return wrong(`it has ${bytes.length} bytes, an IDX header has at least 8`);
  if (bytes[0] !== 0 || bytes[1] !== 0) return wrong('it does not begin with two zero bytes');
  if (bytes[2] !== unsignedByte) return wrong(`element type 0x${bytes[2]!.toString(16)}, expected 0x8 (unsigned byte)`);
  const rank = bytes[3]!;
  if (rank < 1 || rank > 4) return wrong(`${rank} dimensions, expected 1 to 4`);
  const header = 4 + 4 * rank;
  if (bytes.length < header) return wrong(`it ends inside the header (${bytes.length} of ${header} bytes)`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = sizeOf(shape);
  if (size !== bytes.length - header) {
    return wrong(`the header promises ${shape.join('×')} = ${size} bytes, there are ${bytes.length - header}`);
  }
  return { shape, values: bytes.subarray(header) };
}
