import { fingerprint } from '../data/fingerprint.ts';

/** A number of a file's texts and arrays that is kept beside them and tells when one of them was damaged; against accidents, not against people. */
export function digestOf(
  texts: readonly string[],
  arrays: Iterable<readonly [name: string, data: Float32Array]>,
): string {
  const hash = fingerprint();
  for (const text of texts) hash.text(text);
  for (const [name, data] of arrays)
    hash.text(name).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.hex();
}
