/** Damage to bytes: what disks, networks and people with bad intentions do. */
import fc from 'fast-check';

type Edit = (bytes: Uint8Array) => Uint8Array;

const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** A place in bytes of any length: near the beginning, near the end, or anywhere. */
const place: fc.Arbitrary<(length: number) => number> = fc.tuple(fc.nat(3), fc.nat(999_983)).map(
  ([where, n]) =>
    length =>
      where === 0 ? Math.min(n % 64, length) : where === 1 ? Math.max(0, length - (n % 32)) : n % (length + 1),
);

const numbers = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

function numberBytes(value: number, width: number, little: boolean): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt(value);
  for (let i = 0; i < width; i++) {
    bytes[little ? i : width - 1 - i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

const overwrite = (bytes: Uint8Array, at: number, value: Uint8Array): Uint8Array =>
  join(bytes.subarray(0, at), value, bytes.subarray(at + value.length)).subarray(0, Math.max(bytes.length, 1));

/** A text as bytes: each letter one byte where none is beyond 255, so that it can be any bytes; else UTF-8. */
const wordBytes = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text, [...text].every(letter => letter < '\u0100') ? 'latin1' : 'utf8'));

const edit = (words: readonly string[]): fc.Arbitrary<Edit> => {
  const word = words.length > 0 ? fc.constantFrom(...words.map(wordBytes)) : fc.uint8Array({ maxLength: 4 });
  return fc.oneof(
    {
      arbitrary: fc.tuple(place, fc.nat(7)).map(
        ([at, bit]): Edit =>
          bytes => {
            const copy = bytes.slice();
            const i = Math.min(at(bytes.length), bytes.length - 1);
            if (i >= 0) copy[i]! ^= 1 << bit;
            return copy;
          },
      ),
      weight: 4,
    },
    fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(
      ([at, value]): Edit =>
        bytes =>
          overwrite(bytes, at(bytes.length), Uint8Array.of(value)),
    ),
    fc.tuple(place, fc.constantFrom(...numbers), fc.constantFrom(1, 2, 4, 8), fc.boolean()).map(
      ([at, value, width, little]): Edit =>
        bytes =>
          overwrite(bytes, at(bytes.length), numberBytes(value, width, little)),
    ),
    place.map(
      (at): Edit =>
        bytes =>
          bytes.subarray(0, at(bytes.length)),
    ),
    fc.tuple(place, fc.nat(40)).map(
      ([at, length]): Edit =>
        bytes =>
          join(bytes.subarray(0, at(bytes.length)), bytes.subarray(at(bytes.length) + length)),
    ),
    fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 12 })).map(
      ([at, added]): Edit =>
        bytes =>
          join(bytes.subarray(0, at(bytes.length)), added, bytes.subarray(at(bytes.length))),
    ),
    {
      arbitrary: fc.tuple(place, word).map(
        ([at, added]): Edit =>
          bytes =>
            join(bytes.subarray(0, at(bytes.length)), added, bytes.subarray(at(bytes.length))),
      ),
      weight: 3,
    },
    {
      arbitrary: fc.tuple(place, word).map(
        ([at, added]): Edit =>
          bytes =>
            overwrite(bytes, at(bytes.length), added),
      ),
      weight: 2,
    },
    fc.tuple(place, place, fc.nat(200)).map(
      ([from, to, length]): Edit =>
        bytes => {
          const begin = from(bytes.length);
          const at = to(bytes.length);
          return join(bytes.subarray(0, at), bytes.subarray(begin, begin + length), bytes.subarray(at));
        },
    ),
  );
};

/** Good bytes with one to five kinds of damage, one after the other. */
export const damaged = (good: fc.Arbitrary<Uint8Array>, words: readonly string[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(good, fc.array(edit(words), { minLength: 1, maxLength: 5 }))
    .map(([bytes, edits]) => edits.reduce((damagedBytes, change) => change(damagedBytes), bytes));
