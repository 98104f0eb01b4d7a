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
  const word = (k: number): void => {
    a = Math.imul(a ^ k, 0xcc9e2d51);
    a ^= a >>> 15;
    b = Math.imul(b + k, 0x85ebca6b) ^ (a >>> 13);
    b = (b << 13) | (b >>> 19);
  };
  const self: Fingerprint = {
    text(value) {
      word(value.length);
      for (let i = 0; i < value.length; i++) word(value.charCodeAt(i));
      return self;
    },
    bytes(values) {
      word(values.length);
      const whole = values.byteLength >>> 2;
      if (values.byteOffset % 4 === 0) {
        const words = new Int32Array(values.buffer, values.byteOffset, whole);
        for (let i = 0; i < whole; i++) word(words[i]!);
        const rest = new Uint8Array(values.buffer, values.byteOffset + whole * 4, values.byteLength - whole * 4);
        for (const byte of rest) word(byte);
        return self;
      }
      return self.bytes(values.slice());
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
