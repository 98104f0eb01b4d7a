import { codesOf } from './codes.ts';

/** A running 64-bit hash of content (two 32-bit lanes, MurmurHash3's mixing); for recognising data, not for security. */
export interface Fingerprint {
  text(value: string): Fingerprint;
  bytes(values: Uint8Array | Int32Array | Float64Array): Fingerprint;
  /** The hash so far, as 16 hexadecimal digits. */
  hex(): string;
}

/** Starts a fingerprint. */
export function fingerprint(): Fingerprint {
  let a = 0x9747b28c | 0;
  let b = 0x1b873593 | 0;
  const absorb = (length: number, words: ArrayLike<number>): void => {
    let x = a ^ length;
    let y = b;
    for (let i = 0; i < words.length; i++) {
      const k = words[i]! | 0;
      x = Math.imul(x ^ k, 0xcc9e2d51);
      x ^= x >>> 15;
      y = Math.imul(y + k, 0x85ebca6b) ^ (x >>> 13);
      y = (y << 13) | (y >>> 19);
    }
    a = Math.imul(x, 0x1b873593) ^ y;
    b = y;
  };
  const self: Fingerprint = {
    text(value) {
      absorb(value.length, codesOf(value));
      return self;
    },
    bytes(values) {
      const aligned = values.byteOffset % 4 === 0 ? values : values.slice();
      const { buffer, byteOffset, byteLength } = aligned;
      const whole = byteLength >>> 2;
      absorb(byteLength, new Int32Array(buffer, byteOffset, whole));
      absorb(0, new Uint8Array(buffer, byteOffset + whole * 4, byteLength - whole * 4));
      return self;
    },
    hex() {
      const part = (x: number, y: number): string => {
        let h = x ^ Math.imul(y, 0xc2b2ae35);
        h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
        h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
        return ((h ^ (h >>> 16)) >>> 0).toString(16).padStart(8, '0');
      };
      return part(a, b) + part(b, a);
    },
  };
  return self;
}
