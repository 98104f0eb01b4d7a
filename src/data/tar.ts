import { HillockError } from '../errors.ts';

/** A regular file in an archive. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const block = 512;
const regular = ['0', '\0'];
const extended = 'x';

/**
 * The regular files of a tar archive (ustar, long names as pax) whose names are wanted, in their order; the others are passed over.
 * Throws `HillockError` kind `data` for bytes that are no archive, or one that is cut off.
 */
export async function* untar(
  stream: AsyncIterable<Uint8Array>,
  source: string,
  wanted: (name: string) => boolean,
): AsyncGenerator<TarEntry> {
  const take = reader(stream);
  const cut = (): HillockError =>
    new HillockError('data', `${source} is cut off inside the archive`, 'get the file again');
  let long: string | undefined;
  for (;;) {
    const header = await take(block);
    if (header.length === 0 || header.every(byte => byte === 0)) return;
    if (header.length < block) throw cut();
    if (!sumHolds(header)) throw new HillockError('data', `${source} is not a valid tar archive`, 'get the file again');
    const size = sizeOf(header);
    const type = String.fromCharCode(header[156]!);
    const prefix = textAt(header, 345, 155);
    const short = prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`;
    const name: string = long ?? short;
    const keep = type === extended || (regular.includes(type) && wanted(name));
    const bytes = await take(size, keep);
    const padding = (block - (size % block)) % block;
    if (bytes.length < (keep ? size : 0) || (await take(padding)).length < padding) throw cut();
    long = type === extended ? longName(bytes) : undefined;
    if (keep && type !== extended) yield { name, bytes };
  }
}

/** The name that a pax header gives the file after it: lines of `LENGTH path=NAME`, counted in bytes. */
function longName(bytes: Uint8Array): string | undefined {
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(textAt(bytes, at, 20), 10);
    if (!(length > 0)) return undefined;
    const [, value] = /^\d+ path=(.*)\n$/s.exec(textAt(bytes, at, length)) ?? [];
    if (value !== undefined) return value;
    at += length;
  }
  return undefined;
}

/** Takes bytes off a stream, fewer at its end; those that are not kept are passed over. */
function reader(stream: AsyncIterable<Uint8Array>): (length: number, keep?: boolean) => Promise<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  return async (length, keep = true) => {
    const taken = new Uint8Array(keep ? length : 0);
    let done = 0;
    while (done < length) {
      if (rest.length === 0) {
        const next = await chunks.next();
        if (next.done) return taken.subarray(0, done);
        rest = next.value;
      }
      const part = rest.subarray(0, length - done);
      if (keep) taken.set(part, done);
      done += part.length;
      rest = rest.subarray(part.length);
    }
    return taken;
  };
}

function textAt(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

const octalAt = (header: Uint8Array, from: number, length: number): number =>
  Number.parseInt(textAt(header, from, length).trim() || '0', 8);

/** The size of a file: octal digits, or, for large ones, a binary number behind a set highest bit. */
function sizeOf(header: Uint8Array): number {
  if ((header[124]! & 0x80) === 0) return octalAt(header, 124, 12);
  return header.subarray(125, 136).reduce((size, byte) => size * 256 + byte, 0);
}

/** The checksum of a header is the sum of its bytes, those of the checksum taken as blanks. */
function sumHolds(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  return sum === octalAt(header, 148, 8);
}
