/** `--model FILE.json` with layers of any kind: trained, looked into, refused in words. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { peopleCsv, workFolder } from './files.ts';
import { hillock } from './hillock.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(120));
afterAll(() => work.remove());

const conv = { kind: 'conv2d', filters: 4, kernel: 3, padding: 'same' };
const block = { kind: 'residual', layers: [conv, { kind: 'batch-norm' }], activation: 'relu' };
const hidden = [{ ...conv, activation: 'relu' }, { kind: 'max-pool', kernel: 2 }, block, { kind: 'flatten' }];
let files = 0;
const file = (network: unknown): string => work.file(`net${++files}.json`, JSON.stringify(network));

interface Layer {
  readonly name: string;
  readonly parameters: number;
}

test('a convolutional network with a head of its own is trained, saved and looked into', () => {
  const run = join(work.path, 'digits');
  const model = file({ layers: [...hidden, { kind: 'dense', units: 10 }], head: false });
  const trained = hillock(['train', 'demo:digits', '--model', model, '--epochs', '1', '--out', run, '--json']);
  expect(trained.code).toBe(0);
  expect(trained.events.at(-1)).toMatchObject({ parameters: 40 + 148 + 8 + 1450 });
  const { layers, parameters, flops } = hillock(['inspect', run, '--sample', '20', '--json']).events.at(
    -1,
  ) as unknown as {
    layers: Layer[];
    parameters: number;
    flops: number;
  };
  expect(layers.map(({ name, parameters }) => `${name} ${parameters}`)).toEqual([
    'conv2d1 40',
    'max-pool1 0',
    'residual1 156',
    'residual1.conv2d1 148',
    'residual1.batch-norm1 8',
    'flatten1 0',
    'dense1 1450',
  ]);
  expect(parameters).toBe(40 + 156 + 1450);
  // Multiply-adds: 144 places × 4 × 9, 36 places × 4 × 36, two a number of batch norm, 144 × 10.
  expect(flops).toBe(2 * (144 * 36 + 36 * 144 + 2 * 144 + 1440));
  const { stdout } = hillock(['inspect', run, '--sample', '20'], { COLUMNS: '200' });
  expect(stdout).toMatch(/^4 +residual1\.conv2d1 +linear +4 × 6 × 6 → 4 × 6 × 6 +148 +10,368 +592 B +576 B$/m);
  expect(stdout).toContain('the figures of a layer include those of the layers inside it');
  const predicted = hillock(['predict', run, 'demo:digits', '--json']);
  expect(predicted.code).toBe(0);
});

test('without a word about the head training adds one, and says so where there seems to be one', () => {
  const train = (network: unknown) =>
    hillock(['train', 'demo:digits', '--model', file(network), '--epochs', '1', '--out', join(work.path, `${files}`)]);
  const twice = train({ layers: [{ kind: 'dense', units: 10 }] });
  expect(twice.code).toBe(0);
  expect(twice.stdout.replace(/\s+/g, ' ')).toContain('dense1 already has the 10 linear outputs that label needs');
  expect(train({ layers: [{ kind: 'dense', units: 12 }] }).stdout).not.toContain('already has');
});

const misfits: readonly (readonly [string, string, unknown, RegExp])[] = [
  [
    'a layer that cannot take what it gets',
    'demo:digits',
    { layers: [{ kind: 'max-pool', kernel: 4 }, { kind: 'conv2d', filters: 2, kernel: 5 }, { kind: 'flatten' }] },
    /conv2d1: a window of 5 × 5 does not fit into rows of shape \[1,3,3\]/,
  ],
  ['maps before the head', 'demo:digits', { layers: [conv] }, /dense1: a dense layer takes rows of/],
  [
    'a head of another size',
    'demo:digits',
    { layers: [{ kind: 'flatten' }], head: false },
    /ends in rows of shape \[144\]/,
  ],
  [
    'images of a table',
    people,
    { layers: [conv] },
    /conv2d1: a conv2d layer takes rows of \[channels, height, width\]/,
  ],
  [
    'a slip in a layer',
    people,
    { layers: [block, { ...conv, filter: 3 }] },
    /net\d+\.json: layer 2 \(conv2d\): .*"filter"/,
  ],
];
test.each(misfits)('%s is refused before a run is made', (_, source, network, message) => {
  const run = join(work.path, 'never');
  const { code, stderr } = hillock(['train', source, '--model', file(network), '--target', 'tall', '--out', run]);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^error: /m);
  expect(code).toBe(2);
  expect(existsSync(run)).toBe(false);
});
