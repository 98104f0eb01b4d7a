import fc from 'fast-check';
import { type Artifact, decodeArtifact, encodeArtifact } from '../../../src/model/artifact.ts';
import { predictor } from '../../../src/model/model.ts';
import { mixedTable, untrained } from '../../../src/model/testing.case.ts';
import { random } from '../../../src/random.ts';
import { nodeRuntime } from '../../../src/runtime/node.ts';
import { differs, first, reader, type Verdict } from '../reader.ts';

const runtime = await nodeRuntime({ threads: 1, spin: false });
const rows = mixedTable(3, random(9));

/** The keys of an object in the order of the alphabet, so that equal content is equal text. */
const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const plain = ({ spec, parameters }: Pick<Artifact, 'spec' | 'parameters'>): string => {
  const arrays = [...parameters].map(([name, { shape, data }]) => [
    name,
    shape,
    Buffer.from((data as Float32Array).slice().buffer).toString('hex'),
  ]);
  return JSON.stringify([spec, arrays], sorted);
};

const models = (['binary', 'multiclass', 'regression'] as const).map(task => untrained(task));
const files = models.map(({ spec, parameters }) => ({
  bytes: encodeArtifact(spec, parameters, { note: 'a report' }),
  plain: plain({ spec, parameters }),
}));
const known = new Set(files.map(file => file.plain));

/** What a model that was read answers: as many predictions as rows, probabilities that are some. */
async function answers({ spec, parameters }: Artifact): Promise<Verdict> {
  const model = await predictor(spec, parameters, runtime);
  try {
    const { rows: predictions } = await model.table(rows);
    const sums = predictions.map(({ probabilities }) => probabilities?.reduce((a, b) => a + b) ?? 1);
    return first(
      differs('predictions', predictions.length, rows.rows),
      sums.every(sum => Math.abs(sum - 1) < 1e-4) ? undefined : `probabilities that sum to ${sums}`,
    );
  } finally {
    await model.close();
  }
}

export const onnx = reader<Artifact>({
  name: 'onnx',
  file: 'model.onnx',
  read: async (file, bytes) => decodeArtifact(bytes, file),
  valid: fc
    .constantFrom(...files)
    .map(file => ({ bytes: file.bytes, judge: found => differs('model', plain(found), file.plain) })),
  judge: async (_, found) => (known.has(plain(found)) ? answers(found) : 'a model that was never written'),
  words: [
    '"units":9',
    '"kind":"flatten"',
    'Loop',
    'com.evil',
    '\x0a\0',
    '\xff\xff\xff\xff\x07',
    '"hillock"',
    '[[[[[[[[',
    '-1',
    '9',
  ],
});
