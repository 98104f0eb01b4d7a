/** PNG without sharp: 8 bits, not interlaced, checksums held against. */
import { crc32, inflateSync } from 'node:zlib';

export interface Png {
  readonly width: number;
  readonly height: number;
  /** 1 = grey, 3 = colour. */
  readonly channels: number;
  readonly pixels: Uint8Array;
}

const paeth = (a: number, b: number, c: number): number => {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};

/** The pixels of a simple file; undefined for one with a wrong checksum, a fault, or what is not decoded here. */
export function decodePng(bytes: Uint8Array): Png | undefined {
  const file = Buffer.from(bytes);
  if (file.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') return undefined;
  let head: Buffer | undefined;
  const data: Buffer[] = [];
  for (let at = 8; ; ) {
    if (at + 12 > file.length) return undefined;
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length || crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) return undefined;
    const type = file.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') head ??= file.subarray(at + 8, end - 4);
    else if (type === 'IDAT') data.push(file.subarray(at + 8, end - 4));
    else if (type === 'IEND') break;
    else return undefined;
    at = end;
  }
  if (head?.length !== 13 || head[8] !== 8 || (head[9] !== 0 && head[9] !== 2) || head[10] || head[11] || head[12])
    return undefined;
  const [width, height, channels] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] === 0 ? 1 : 3];
  const stride = width * channels;
  let rows: Buffer;
  try {
    rows = inflateSync(Buffer.concat(data), { maxOutputLength: 1 << 24 });
  } catch {
    return undefined;
  }
  if (rows.length !== height * (stride + 1)) return undefined;
  const pixels = new Uint8Array(height * stride);
  const before = (y: number, i: number): number => (y < 0 || i < 0 ? 0 : pixels[y * stride + i]!);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)]!;
    for (let i = 0; i < stride; i++) {
      const [a, b, c] = [before(y, i - channels), before(y - 1, i), i < channels ? 0 : before(y - 1, i - channels)];
      const guess = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter];
      if (guess === undefined) return undefined;
      pixels[y * stride + i] = rows[y * (stride + 1) + 1 + i]! + guess;
    }
  }
  return { width, height, channels, pixels };
}
