import { Refusal } from '../exchange.ts';

/** Rows of little-endian float32 numbers; throws a `Refusal` where the bytes do not make whole rows. */
export function floatRows(bytes: Uint8Array, width: number): readonly Float32Array[] {
  const size = 4 * width;
  if (bytes.length === 0 || bytes.length % size !== 0)
    throw new Refusal(
      400,
      `expected rows of ${width} float32 numbers (${size} bytes each), found ${bytes.length} bytes`,
    );
  // A copy: the bytes may begin where no float32 can.
  const values = new Float32Array(bytes.slice().buffer);
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
}
