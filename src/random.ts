/**
 * The only source of randomness: a counter-based generator, seeded and splittable.
 *
 * The stream of a key is a pure function of the key, so a step of training draws the same numbers
 * whether the run was interrupted or not. Mixing function: 32-bit finaliser of MurmurHash3
 * (Appleby), generator: sfc32 (PractRand, Doty-Humphrey).
 */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** An independent stream named by `keys`; does not advance this one. */
  split(...keys: (number | string)[]): Random;
}

function mix(h: number, k: number): number {
  let x = (h ^ k) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  x ^= x >>> 16;
  return (Math.imul(x, 5) + 0xe6546b64) | 0;
}

const bits = new DataView(new ArrayBuffer(8));

function absorb(hash: number, key: number | string): number {
  if (typeof key === 'number') {
    if (Number.isInteger(key)) return mix(mix(hash, key | 0), Math.floor(key / 4294967296) | 0);
    bits.setFloat64(0, key);
    return mix(mix(mix(hash, bits.getInt32(0)), bits.getInt32(4)), 1);
  }
  let h = mix(hash, key.length);
  for (let i = 0; i < key.length; i++) h = mix(h, key.charCodeAt(i));
  return h;
}

/** The stream of `seed` (any finite number). */
export function random(seed: number | string): Random {
  return stream(absorb(0x9e3779b9 | 0, seed), absorb(0x243f6a88, seed));
}

function stream(h1: number, h2: number): Random {
  let a = h1;
  let b = h2;
  let c = mix(h1, h2);
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = (): number => next() / 4294967296;
  let spare: number | undefined;
  return {
    uniform,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    below: n => Math.floor(uniform() * n),
    split(...keys) {
      let x = h1;
      let y = h2;
      for (const key of keys) {
        x = absorb(x, key);
        y = absorb(y ^ 0x5bd1e995, key);
      }
      return stream(mix(x, 0x51ed270b), mix(y, 0x2545f491));
    },
  };
}

/** A random order of 0 … n−1 (Fisher-Yates). */
export function permutation(n: number, rng: Random): Int32Array {
  const order = new Int32Array(n).map((_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const swap = order[i]!;
    order[i] = order[j]!;
    order[j] = swap;
  }
  return order;
}
