import fc from 'fast-check';
import { type TarEntry, untar } from '../../../src/data/tar.ts';
import { differs, first, reader, type Verdict } from '../reader.ts';
import { pieces } from './delimited.ts';

const block = 512;
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function entry(name: string, content: Uint8Array): Uint8Array {
  const head = Buffer.alloc(block);
  head.write(name, 0);
  head.write('0000644\0', 100);
  head.write(`${content.length.toString(8).padStart(11, '0')} `, 124);
  head.write('        0ustar\0', 148);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = (block - (content.length % block)) % block;
  return Buffer.concat([head, content, Buffer.alloc(padding)]);
}

/** Every entry must stand in the bytes: its content behind a header with its name. */
function judge(bytes: Uint8Array, entries: readonly TarEntry[]): Verdict {
  const all = text(bytes);
  return first(
    ...entries.map(({ bytes: content }) =>
      all.includes(text(content)) ? undefined : 'an entry that is not in the archive',
    ),
    entries.reduce((sum, { bytes: content }) => sum + content.length, 0) <= bytes.length
      ? undefined
      : 'more than the archive holds',
  );
}

export const tar = reader<readonly TarEntry[]>({
  name: 'tar',
  file: 'archive.tar',
  async read(_, bytes) {
    const entries: TarEntry[] = [];
    for await (const one of untar(pieces(bytes, 700), 'archive.tar', () => true)) entries.push(one);
    return entries;
  },
  valid: fc
    .array(fc.tuple(fc.constantFrom('a.bin', 'folder/b.bin', '../c.bin'), fc.uint8Array({ maxLength: 700 })), {
      maxLength: 3,
    })
    .map(files => ({
      bytes: new Uint8Array(
        Buffer.concat([...files.map(([name, content]) => entry(name, content)), Buffer.alloc(2 * block)]),
      ),
      judge: entries =>
        differs(
          'entries',
          entries.map(({ name, bytes }) => [name, text(bytes)]),
          files.map(([name, bytes]) => [name, text(bytes)]),
        ),
    })),
  judge,
  words: ['77777777777', '\x80\0\0\0\0\0\0\0\0\0\0\x7f', '00000000010', 'ustar'],
});
