import fc from 'fast-check';
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from '../../../src/model/safetensors.ts';
import { differs, first, reader, type Verdict } from '../reader.ts';

const hex = (data: Float32Array): string => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
const plain = ({ tensors, metadata }: SafetensorsFile) => [
  [...tensors].map(([name, { shape, data }]) => [name, shape, hex(data)]).sort(),
  [...metadata].sort(),
];

interface Entry {
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

/** What the file says, read without the reader; its arrays fill it once, without holes. */
function judge(bytes: Uint8Array, found: SafetensorsFile): Verdict {
  const file = Buffer.from(bytes);
  const begin = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = JSON.parse(file.toString('utf8', 8, begin)) as Record<
    string,
    Entry
  > & { __metadata__?: unknown };
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ]) => [name, shape, file.toString('hex', begin + from, begin + to)],
  );
  const held = Object.values(entries).reduce((sum, { data_offsets: [from, to] }) => sum + to - from, 0);
  return first(
    differs('content', plain(found), [tensors.sort(), Object.entries(metadata ?? {}).sort()]),
    differs('bytes of arrays', held, file.length - begin),
  );
}

const tensor = fc
  .array(fc.float(), { maxLength: 6 })
  .map(values => ({ shape: [values.length], data: Float32Array.from(values) }));
const name = fc.constantFrom('a', 'dense1.weight', '__proto__', '1', '🙂', '');

export const safetensors = reader<SafetensorsFile>({
  name: 'safetensors',
  file: 'state.safetensors',
  read: async (file, bytes) => decodeSafetensors(bytes, file),
  valid: fc
    .record({ tensors: fc.dictionary(name, tensor), metadata: fc.dictionary(name, fc.string({ maxLength: 5 })) })
    .map(({ tensors, metadata }) => {
      const content = { tensors: new Map(Object.entries(tensors)), metadata: new Map(Object.entries(metadata)) };
      return { bytes: encodeSafetensors(content), judge: found => differs('content', plain(found), plain(content)) };
    }),
  judge,
  words: [
    '{',
    '}',
    '"shape":[',
    '"data_offsets":[0,4]',
    '"F32"',
    '9007199254740993',
    '-1',
    '1e3',
    '[]',
    '"__metadata__":{}',
    ',"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}',
  ],
});
