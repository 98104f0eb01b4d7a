import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Images, makeSynthetic, table as readTable, toRecords } from '../../src/data/index.ts';
import { encoderOf, modelOf, people } from '../../src/explain/testing.case.ts';
import { plainPixels } from '../../src/features/index.ts';
import { f32, floats } from '../../src/graph/index.ts';
import { exampleReport } from '../../src/job/testing.case.ts';
import { encodeArtifact, runFiles, writeWhole } from '../../src/model/index.ts';
import { conv2d, dense, dropout, flatten, lstm, maxPool, network, reshape } from '../../src/nn/index.ts';
import { hillock } from './hillock.ts';

const folder = mkdtempSync(join(tmpdir(), 'hillock-inspect-'));
const source = join(folder, 'people.csv');
const table = people(120);
const records = toRecords(table);
const encoder = encoderOf(table, 'survived');

/** Saves a run of these layers; a neuron of the first layer is dead. */
async function saved(name: string, layers: Parameters<typeof network>[0], report: unknown, members?: number) {
  const { spec, parameters } = modelOf({ kind: 'table', encoder }, network(layers, members ? { members } : {}));
  const bias = parameters.get('dense1.bias')!;
  parameters.set(
    'dense1.bias',
    f32(
      floats(bias).map((value, i) => (i === 1 ? -1e3 : value)),
      bias.shape,
    ),
  );
  await writeWhole(join(folder, name, runFiles.model), encodeArtifact(spec, parameters, report));
  return join(folder, name);
}

let report = exampleReport({ source });

let run = '';
let ensemble = '';

beforeAll(async () => {
  const header = table.columns.map(({ name }) => name).join(',');
  const lines = records.map(record => [...record.values()].map(value => value ?? '').join(','));
  writeFileSync(source, `${[header, ...lines].join('\n')}\n`);
  report = exampleReport({ source, fingerprint: (await readTable(source)).fingerprint });
  run = await saved('run', [dense(4, 'relu'), dropout(0.1), dense(1)], report);
  ensemble = await saved('ensemble', [dense(3, 'relu'), dense(1)], report, 2);
});
afterAll(() => rmSync(folder, { recursive: true }));

const result = (args: readonly string[]) => {
  const { code, stderr, events } = hillock(['inspect', ...args, '--json']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(events.at(-1)!.event).toBe('result');
  return events.at(-1)! as Record<string, never> & { [name: string]: unknown };
};

describe('hillock inspect', () => {
  test('tells what the model is, how it scored, how its neurons and columns fare', () => {
    const { code, stdout } = hillock(['inspect', run]);
    expect(code).toBe(0);
    expect(stdout).toContain('predicts    survived: no, yes');
    expect(stdout).toMatch(/1 {2}dense1 +relu +\d+ → 4/);
    expect(stdout).toMatch(/test +20 +0\.8/);
    expect(stdout).toMatch(/baseline: always no +0\.5/);
    expect(stdout).toContain('Health over 120 rows');
    expect(stdout).toContain('1 of 4 neurons never fires: 2');
    expect(stdout).toContain('Importance of the columns');
    expect(stdout).toContain('--row 1 --layer dense1 --neuron 1');
  });

  test('gives the same as data', () => {
    const found = result([run]) as unknown as {
      layers: { name: string }[];
      health: { layers: { neurons: { neuron: number; state: string }[] }[] };
      importance: { metric: string; columns: { column: string; mean: number; sd: number }[] };
      metrics: { test: { accuracy: number } };
    };
    expect(found.layers.map(({ name }) => name)).toEqual(['dense1', 'dropout1', 'dense2']);
    expect(found.health.layers[0]!.neurons.map(({ state }) => state)).toEqual(['ok', 'dead', 'ok', 'ok']);
    expect(found.importance.metric).toBe('auc');
    expect(found.importance.columns.map(({ column }) => column).sort()).toEqual(['age', 'fare', 'noise', 'sex']);
    expect(found.metrics.test.accuracy).toBe(0.8);
  });

  test('--row shows the cells, what they became and the prediction', () => {
    const found = result([run, '--row', '2']) as unknown as {
      value: string;
      truth: string;
      probabilities: { class: string; probability: number }[];
      cells: { column: string; value: unknown; inputs: { name: string; value: number }[] }[];
    };
    const record = records[1]!;
    expect(found.truth).toBe(record.get('survived'));
    expect(found.cells.map(({ column, value }) => [column, value])).toEqual(
      [...record].filter(([name]) => name !== 'survived'),
    );
    expect(found.probabilities.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    expect(found.value).toBe(found.probabilities[0]!.class);
    const { stdout } = hillock(['inspect', run, '--row', '2']);
    expect(stdout).toContain(`in the data  survived = ${record.get('survived')}`);
    expect(stdout).toContain(`sex=${record.get('sex')}: 1`);
  });

  test('--neuron writes out the calculation, which adds up', () => {
    const args = [run, '--row', '5', '--layer', 'dense1', '--neuron', '3'];
    const found = result(args) as unknown as {
      terms: { name: string; x: number; w: number; product: number }[];
      sum: number;
      bias: number;
      z: number;
      y: number;
      network: { z: number; y: number };
    };
    let sum = 0;
    for (const { x, w, product } of found.terms) {
      expect(product).toBe(x * w + 0);
      sum += product;
    }
    expect(found.terms.map(({ name }) => name)).toEqual(encoder.featureNames);
    expect(found.sum).toBe(sum);
    expect(found.z).toBe(sum + found.bias);
    expect(found.y).toBe(Math.max(0, found.z));
    expect(found.z).toBeCloseTo(found.network.z, 5);
    const { stdout } = hillock(['inspect', ...args]);
    expect(stdout).toContain('dense1[3] at work on row 5');
    for (const part of ['product x·w', 'sum', 'bias', 'ReLU(z) = max(0, z)', '●']) expect(stdout).toContain(part);
    const products = [...stdout.matchAll(/^(?!sum|bias|z)\S.* (-?[\d.e-]+)$/gm)].map(match =>
      Math.abs(Number(match[1])),
    );
    expect(products.slice(0, 4)).toEqual([...products.slice(0, 4)].sort((a, b) => b - a));
  });

  test('a layer without a neuron lists all of them; numbers name layers too', () => {
    const found = result([run, '--row', '5', '--layer', '1']) as unknown as { neurons: { name: string; y: number }[] };
    expect(found.neurons.map(({ name }) => name)).toEqual(['dense1[1]', 'dense1[2]', 'dense1[3]', 'dense1[4]']);
    expect(found.neurons[1]!.y).toBe(0);
    expect(hillock(['inspect', run, '--layer', 'dropout1']).stdout).toContain('dropout1 at work on row 1');
  });

  test('members of an ensemble are chosen', () => {
    const of = (member: string) =>
      result([ensemble, '--row', '1', '--layer', 'dense2', '--neuron', '1', '--member', member]) as unknown as {
        z: number;
        member: number;
        reading: string;
      };
    expect(of('1').z).not.toBe(of('2').z);
    expect(of('2').member).toBe(2);
    expect(of('2').reading).toContain('the probability of survived = yes');
    expect(of('2').reading).toContain('the mean of this over its 2 members');
  });

  test('errors name what there is', () => {
    const failed = (args: readonly string[]) => {
      const { code, stderr } = hillock(['inspect', ...args]);
      return `${code} ${stderr}`;
    };
    expect(failed([run, '--row', '121'])).toBe(
      `2 error: there is no row 121 in ${source}\n  hint: its rows are 1 to 120\n`,
    );
    expect(failed([run, '--row', '1', '--layer', 'dense1', '--neuron', '5'])).toContain('its neurons are 1 to 4');
    expect(failed([run, '--row', '1', '--layer', 'dense7', '--neuron', '1'])).toContain("there is no layer 'dense7'");
    expect(failed([run, '--row', '1', '--layer', 'dropout1', '--neuron', '1'])).toContain(
      'hint: layers with neurons: dense1 (4), dense2 (1)',
    );
    expect(failed([run, '--row', '1', '--layer', '1', '--neuron', '1', '--member', '2'])).toContain('no member 2');
    expect(failed([run, '--neuron', '1'])).toContain('--neuron needs a layer');
    expect(failed([join(folder, 'nothing')])).toMatch(/^4 error: no run or model at /);
    expect(failed([source])).toMatch(/^4 error: .*is not a model file/);
  });

  test('without its data the model is still described, and a row says where to get it', async () => {
    const moved = join(folder, 'moved.csv');
    const { code, stdout } = hillock([
      'inspect',
      await saved('lost', [dense(3, 'relu'), dense(1)], exampleReport({ source: 'gone.csv' })),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('Layers');
    expect(stdout).toContain('no health and importance: the data this run was trained on cannot be read');
    const lost = hillock(['inspect', join(folder, 'lost'), '--row', '1']);
    expect(lost.code).toBe(3);
    expect(lost.stderr).toContain('there is no file gone.csv');
    expect(lost.stderr).toContain('say where it is now with --source FILE');
    renameSync(source, moved);
    try {
      const given = result([run, '--row', '2', '--source', moved]);
      expect(given.source).toBe(moved);
    } finally {
      renameSync(moved, source);
    }
  });

  test('a report that says nothing, or nonsense, does no harm', async () => {
    for (const odd of [
      null,
      [],
      'text',
      { source: 7, metrics: [1], baseline: {}, rows: 'x', columns: 3, fingerprint: {} },
    ]) {
      const { code, stdout } = hillock(['inspect', await saved('odd', [dense(2), dense(1)], odd)]);
      expect(code).toBe(0);
      expect(stdout).toContain('does not say what data it was made from');
      expect(stdout).toContain('the 2 dense layers multiply to one matrix');
    }
  });

  test('images are drawn, their pixels named', async () => {
    const images = makeSynthetic('demo:digits') as Images;
    const target = { version: 1, name: 'label', task: 'multiclass', classes: images.classNames } as const;
    const layers = network([flatten(), dense(6, 'relu'), dense(images.classNames.length)]);
    const { spec, parameters } = modelOf({ kind: 'images', ...plainPixels(images.shape) }, layers, target);
    const digits = join(folder, 'digits');
    await writeWhole(
      join(digits, runFiles.model),
      encodeArtifact(spec, parameters, exampleReport({ source: 'demo:digits', fingerprint: images.fingerprint })),
    );
    const row = result([digits, '--row', '3']) as unknown as { truth: string; probabilities: unknown[] };
    expect(row.truth).toBe(images.classNames[images.labels![2]!]);
    expect(row.probabilities).toHaveLength(images.classNames.length);
    expect(hillock(['inspect', digits, '--row', '3']).stdout).toMatch(/[░▒▓█]{4}/);
    const neuron = hillock(['inspect', digits, '--row', '3', '--layer', 'dense1', '--neuron', '2']).stdout;
    expect(neuron).toMatch(/^pixel \d+,\d+ /m);
    expect(neuron).toMatch(/^\d+ more \(--all\) /m);
    const overview = hillock(['inspect', digits, '--sample', '50']).stdout;
    expect(overview).toContain('Health over 50 rows');
    expect(overview).not.toContain('Importance');
  });

  test('maps and kernels are pictures, one output of a filter is written out', async () => {
    const images = makeSynthetic('demo:digits') as Images;
    const target = { version: 1, name: 'label', task: 'multiclass', classes: images.classNames } as const;
    const layers = [conv2d(3, 3, 'relu', { padding: 'same' }), maxPool(2), flatten(), dense(images.classNames.length)];
    const { spec, parameters } = modelOf({ kind: 'images', ...plainPixels(images.shape) }, network(layers), target);
    const maps = join(folder, 'maps');
    await writeWhole(
      join(maps, runFiles.model),
      encodeArtifact(spec, parameters, exampleReport({ source: 'demo:digits', fingerprint: images.fingerprint })),
    );
    const { code, stdout } = hillock(['inspect', maps, '--row', '3', '--layer', 'conv2d1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 maps of \d+×\d+, 3 kernels/);
    expect(stdout).toMatch(/[░▒▓█]{2}/);
    for (const name of ['row-3-input', 'row-3-conv2d1-maps', 'conv2d1-kernels']) {
      expect(stdout).toContain(join(maps, 'inspect', `${name}.png`));
      expect(
        readFileSync(join(maps, 'inspect', `${name}.png`))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    }
    const pooled = result([maps, '--row', '3', '--layer', 'max-pool1', '--out', join(folder, 'pooled')]);
    expect(pooled.files).toEqual(
      ['row-3-input', 'row-3-max-pool1-maps'].map(name => join(folder, 'pooled', `${name}.png`)),
    );
    const choice = ['--row', '3', '--layer', 'conv2d1', '--filter', '2'];
    const found = result([maps, ...choice, '--at', '1,1']) as unknown as {
      terms: { padding: boolean; product: number }[];
      z: number;
      bias: number;
      network: { z: number };
    };
    expect(found.terms.filter(({ padding }) => padding)).toHaveLength(5);
    expect(found.terms.reduce((sum, { product }) => sum + product, found.bias)).toBeCloseTo(found.z, 12);
    expect(found.z).toBeCloseTo(found.network.z, 5);
    expect(hillock(['inspect', maps, ...choice]).stdout).toContain('where its map is strongest');
    const outside = hillock(['inspect', maps, ...choice, '--at', '99,1']);
    expect([outside.code, outside.stderr]).toEqual([2, expect.stringContaining('no place 99,1')]);
    const alone = hillock(['inspect', maps, '--filter', '2']);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--filter needs a layer')]);
  });

  test('a recurrent unit step by step with its gates', async () => {
    const { spec, parameters } = modelOf(
      { kind: 'table', encoder },
      network([reshape([encoder.width, 1]), lstm(3), dense(1)]),
    );
    const steps = join(folder, 'steps');
    await writeWhole(join(steps, runFiles.model), encodeArtifact(spec, parameters, report));
    const layer = hillock(['inspect', steps, '--row', '1', '--layer', 'lstm1']);
    expect([layer.code, layer.stdout]).toEqual([0, expect.stringContaining(`over ${encoder.width} time steps`)]);
    const unit = result([steps, '--row', '1', '--layer', 'lstm1', '--neuron', '2']) as unknown as {
      steps: { h: number; c: number; gates: { gate: string }[] }[];
      network: { h: number }[];
    };
    expect(unit.steps).toHaveLength(encoder.width);
    expect(unit.steps[0]!.gates.map(({ gate }) => gate)).toEqual(['i', 'f', 'g', 'o']);
    expect(unit.steps.at(-1)!.h).toBeCloseTo(unit.network[0]!.h, 5);
    const chosen = ['inspect', steps, '--row', '1', '--layer', 'lstm1', '--neuron', '2'];
    expect(hillock(chosen).stdout).toMatch(/^step +i +f +g +o +c +h$/m);
    expect(hillock([...chosen, '--at', '2']).stdout).toMatch(/gate f\n[\s\S]*recurrent sum/);
    const outside = hillock([...chosen, '--at', '999']);
    expect([outside.code, outside.stderr]).toEqual([2, expect.stringContaining('no time step 999')]);
  });

  test('data that changed since is told', async () => {
    const changed = await saved('changed', [dense(2, 'relu'), dense(1)], { ...report, fingerprint: 'another' });
    const { code, stderr } = hillock(['inspect', changed, '--row', '1']);
    expect(code).toBe(0);
    expect(stderr).toContain('has changed since this run was trained on it');
  });
});
