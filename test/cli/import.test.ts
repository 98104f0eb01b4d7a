/** Networks of other programs become runs, through the command line. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../src/model/safetensors.ts';
import { dense } from '../../src/nn/index.ts';
import { peopleCsv, workFolder } from './files.ts';
import { hillock, hillockIn } from './hillock.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(80));
afterAll(() => work.remove());

/** ŷ = σ(0.5·(height − 172) / 10 − 0.25·[town is Cork]). */
const weights = work.file(
  'weights.safetensors',
  encodeSafetensors({
    tensors: new Map([
      ['0.weight', { shape: [1, 2], data: Float32Array.of(0.5, -0.25) }],
      ['0.bias', { shape: [1], data: Float32Array.of(0) }],
    ]),
    metadata: new Map(),
  }),
);
const spec = work.file(
  'network.json',
  JSON.stringify({
    input: {
      columns: [
        { name: 'height', centre: 172, scale: 10 },
        { name: 'town', words: ['Cork'] },
      ],
    },
    layers: [dense(1)],
    target: { name: 'tall', classes: ['no', 'yes'] },
  }),
);
const run = join(work.path, 'imported');

describe('hillock import', () => {
  test('makes a run that predict, evaluate, inspect, export and runs read', () => {
    const made = hillock(['import', weights, '--spec', spec, '--out', run, '--json']);
    expect(made.code, made.stderr).toBe(0);
    expect(made.events.at(-1)).toMatchObject({ run, task: 'binary', parameters: 3, modules: { dense1: '0' } });
    const rows = work.file('rows.csv', 'height,town\n172,Bergen\n192,Cork\n');
    const predicted = hillock(['predict', run, rows]);
    expect(predicted.code, predicted.stderr).toBe(0);
    const [first, second] = predicted.stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(line => Number(line.split(',').at(-1)));
    expect(first).toBeCloseTo(0.5, 6);
    expect(second).toBeCloseTo(1 / (1 + Math.exp(-0.75)), 6);
    const judged = hillock(['evaluate', run, people, '--json']);
    expect(judged.code, judged.stderr).toBe(0);
    expect((judged.events.at(-1)!.metrics as { auc: number }).auc).toBeGreaterThan(0.8);
    for (const more of [[], ['--row', '1'], ['--row', '1', '--layer', 'dense1', '--neuron', '1']]) {
      const seen = hillock(['inspect', run, '--source', people, ...more]);
      expect(seen.code, seen.stderr).toBe(0);
    }
    expect(hillock(['export', run, '--to', 'typescript', '--out', join(work.path, 'a.ts')]).code).toBe(0);
    const { runs } = hillock(['runs', work.path, '--json']).events.at(-1) as { runs: Record<string, unknown>[] };
    expect(runs).toEqual([expect.objectContaining({ folder: run, state: 'imported', source: weights })]);
  });

  test('training goes on from it', () => {
    const out = join(work.path, 'on');
    const given = ['--target', 'tall', '--from', run, '--epochs', '2', '--no-baseline', '--out', out, '--json'];
    const { code, stderr, events } = hillock(['train', people, ...given]);
    expect(code, stderr).toBe(0);
    expect(JSON.stringify(events)).toContain('starts from the weights of dense1');
  });

  test('without --out the run is in runs, named after the file', () => {
    const { code, stdout, stderr } = hillockIn(work.path, ['import', weights, '--spec', spec]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('runs/weights: 3 weights in 1 layer, binary of tall');
    expect(existsSync(join(work.path, 'runs/weights/model.onnx'))).toBe(true);
    expect(JSON.parse(readFileSync(join(work.path, 'runs/weights/import.json'), 'utf8'))).toMatchObject({
      source: weights,
    });
  });

  test('what it cannot do it says, and leaves nothing behind', () => {
    const out = join(work.path, 'none');
    const attempt = (...args: string[]) => hillock(['import', ...args, '--out', out]);
    expect(attempt(weights)).toMatchObject({ code: 2, stderr: expect.stringContaining('--spec') });
    expect(attempt(join(work.path, 'no.safetensors'))).toMatchObject({ code: 4 });
    expect(attempt(weights, '--spec', join(work.path, 'no.json'))).toMatchObject({ code: 2 });
    expect(attempt(work.file('cut.safetensors', readFileSync(weights).subarray(0, 60)), '--spec', spec).code).toBe(4);
    expect(existsSync(out)).toBe(false);
    expect(hillock(['import', weights, '--spec', spec, '--out', run]).stderr).toContain('already holds a run');
  });
});
