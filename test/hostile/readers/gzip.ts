import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeTable } from '../../../src/data/decode.ts';
import { isGzip } from '../../../src/data/files.ts';
import { table } from '../../../src/data/source.ts';
import type { Table } from '../../../src/data/table.ts';
import { differs, first, reader } from '../reader.ts';

const plain = (rows: number): string => `a,b\n${Array.from({ length: rows }, (_, i) => `${i},${i % 3}`).join('\n')}\n`;

export const gzip = reader<Table>({
  name: 'gzip',
  file: 'table.csv.gz',
  read: file => table(file),
  valid: fc
    .record({ rows: fc.integer({ min: 3, max: 300 }), level: fc.integer({ min: 0, max: 9 }) })
    .map(({ rows, level }) => ({
      bytes: new Uint8Array(gzipSync(plain(rows), { level })),
      judge: ({ rows: found }) => differs('rows', found, rows),
    })),
  async judge(bytes, found) {
    const packed = isGzip(bytes);
    const text = packed ? new Uint8Array(gunzipSync(bytes)) : bytes;
    const { fingerprint } = await decodeTable(text, 'table.csv');
    const trailer = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const sums = Array.from({ length: Math.max(0, bytes.length - 7) }, (_, at) => trailer.getUint32(at, true));
    const whole = sumsOf(text).every(sum => sums.includes(sum));
    return first(
      differs('content', found.fingerprint, fingerprint),
      !packed || whole || isSeveral(bytes) ? undefined : 'no checksum of the content stands in the file',
    );
  },
  words: ['\x1f\x8b\x08', '\0\0\0\0'],
});

const sumsOf = (text: Uint8Array): readonly number[] => [crc32(text)];

/** Whether another packed file may begin behind the first. */
const isSeveral = (bytes: Uint8Array): boolean =>
  bytes.some((byte, at) => at > 0 && byte === 0x1f && bytes[at + 1] === 0x8b);
