/** The JSON files of a run folder: whatever is read from them must stand in them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { HillockError } from '../../../src/errors.ts';
import { parseHistory } from '../../../src/job/checkpoint.ts';
import { makePlan, type RunPlan, readPlan } from '../../../src/job/plan.ts';
import type { Report } from '../../../src/job/report.ts';
import { parseReport } from '../../../src/job/report-schema.ts';
import { exampleReport } from '../../../src/job/testing.case.ts';
import { runFiles } from '../../../src/model/index.ts';
import type { EpochRecord } from '../../../src/train/index.ts';
import { differs, first, reader, type Verdict } from '../reader.ts';

const words = ['{', '}', '[', ']', '"', ',', 'null', '-1', '1e999', '"__proto__":{}', '"\\u0000"', '0', 'true', '[[[['];

/** What of a value does not stand in what JSON says; null stands for a number that is none. */
function within(found: unknown, json: unknown, path: string): Verdict {
  if (Array.isArray(found)) {
    if (!Array.isArray(json) || json.length !== found.length) return `${path} is another list`;
    return first(...found.map((item, i) => within(item, json[i], `${path}[${i}]`)));
  }
  if (typeof found === 'object' && found !== null) {
    const entries = Object.entries(found).filter(([, value]) => value !== undefined);
    return first(
      ...entries.map(([key, value]) =>
        within(
          value,
          Object.hasOwn(Object(json) as object, key) ? (json as Record<string, unknown>)[key] : undefined,
          `${path}.${key}`,
        ),
      ),
    );
  }
  if (typeof found === 'number' && Number.isNaN(found)) return json === null ? undefined : `${path} is no number`;
  return differs(path, found, json);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (value: unknown, indent?: number): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value, null, indent));
const same =
  (value: unknown) =>
  (found: unknown): Verdict =>
    first(within(found, value, 'it'), within(value, found, 'it'));

const network = { layers: [{ kind: 'dense', units: 4, activation: 'relu', bias: true }] } as const;
const source = { source: 'people.csv', path: '/data/people.csv', fingerprint: '0123456789abcdef' };
const plans: readonly RunPlan[] = [
  makePlan(source, null, {
    target: 'tall',
    epochs: 40,
    hidden: [16, 8],
    seed: 3,
    until: [{ metric: 'accuracy', sign: '>=', level: 0.9 }],
  }),
  makePlan(
    source,
    { ...source, source: 'test.csv' },
    { model: network, task: 'regression', optimizer: 'adam', learningRate: 0.01 },
  ),
];
/** JSON as the file holds it: without what is undefined. */
const asWritten = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const plan = reader<RunPlan>({
  name: 'plan',
  file: 'plan.json',
  async read(file, bytes) {
    const folder = join(dirname(file), 'run');
    await mkdir(join(folder, dirname(runFiles.plan)), { recursive: true });
    await writeFile(join(folder, runFiles.plan), bytes);
    return readPlan(folder);
  },
  valid: fc.constantFrom(...plans).map(one => ({ bytes: bytesOf(one, 2), judge: same(asWritten(one)) })),
  judge: (bytes, found) => within(found, JSON.parse(textOf(bytes)), 'plan'),
  words: [...words, '"model":{"layers":[]}', '"kind":"dense"', '"units":1e9'],
});

const reports = [exampleReport(), exampleReport({ residuals: { quantiles: [1, 2], groups: [] }, confusion: null })];

export const report = reader<Report>({
  name: 'report',
  file: 'report.json',
  async read(_, bytes) {
    let json: unknown;
    try {
      json = JSON.parse(textOf(bytes));
    } catch {
      json = undefined;
    }
    const found = parseReport(json);
    if (!found) throw new HillockError('model-file', 'no whole report');
    return found;
  },
  valid: fc.constantFrom(...reports).map(one => ({ bytes: bytesOf(one, 2), judge: same(asWritten(one)) })),
  judge: (bytes, found) => within(found, JSON.parse(textOf(bytes)), 'report'),
  words,
});

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0);
const record: fc.Arbitrary<EpochRecord> = fc.record({
  epoch: fc.nat(),
  step: fc.nat(),
  loss: number,
  validation: fc.dictionary(fc.constantFrom('accuracy', 'auc'), number),
  learningRate: number,
  seconds: number,
});

export const history = reader<readonly EpochRecord[]>({
  name: 'history',
  file: 'history.jsonl',
  read: async (_, bytes) => parseHistory(textOf(bytes)),
  valid: fc.array(record, { maxLength: 4 }).map(records => ({
    bytes: new TextEncoder().encode(records.map(one => `${JSON.stringify(one)}\n`).join('')),
    judge: found => differs('records', found, asWritten(records)),
  })),
  judge(bytes, found) {
    const lines = textOf(bytes)
      .split('\n')
      .flatMap(line => {
        try {
          return [JSON.parse(line) as unknown];
        } catch {
          return [];
        }
      });
    const missing = found.find(one => !lines.some(line => within(one, line, 'record') === undefined));
    return missing && `a record that no line holds: ${JSON.stringify(missing)}`;
  },
  words,
});
