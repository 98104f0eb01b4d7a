/** Models on their way to other programs, through the command line. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from '../../src/job/index.ts';
import { exportFormats } from '../../src/model/export/index.ts';
import { peopleCsv, workFolder } from './files.ts';
import { hillock, hillockIn } from './hillock.ts';

const work = workFolder();
const people = work.file('people.csv', peopleCsv(200));
const run = join(work.path, 'people');
beforeAll(() => {
  const quick = ['--epochs', '3', '--hidden', '6', '--members', '2', '--no-baseline'];
  expect(hillock(['train', people, '--target', 'tall', ...quick, '--out', run]).code).toBe(0);
});
afterAll(() => work.remove());

describe('hillock export', () => {
  test.each(exportFormats.map(({ format, extensions }) => [format, extensions] as const))(
    '--to %s writes its files beside one another and says which',
    (format, extensions) => {
      const folder = join(work.path, `to ${format}`);
      mkdirSync(folder);
      const { code, stdout, events } = hillock(['export', run, '--to', format, '--out', folder, '--json']);
      expect(code, stdout).toBe(0);
      const paths = extensions.map(extension => join(folder, `people${extension}`));
      expect(events.at(-1)).toMatchObject({ event: 'result', run, format, files: paths.map(path => ({ path })) });
      for (const path of paths) expect(existsSync(path)).toBe(true);
    },
  );

  test('to a name of its own, with or without its ending; here when no place is told', () => {
    const path = join(work.path, 'deep', 'model.mjs');
    expect(hillock(['export', run, '--to', 'javascript', '--out', path]).stdout).toContain(path);
    expect(existsSync(path)).toBe(true);
    expect(hillock(['export', run, '--to', 'torch', '--out', join(work.path, 'net.py')]).code).toBe(0);
    expect(hillock(['export', run, '--to', 'torch', '--out', join(work.path, 'net2')]).code).toBe(0);
    for (const name of ['net.py', 'net.safetensors', 'net2.py', 'net2.safetensors'])
      expect(existsSync(join(work.path, name)), name).toBe(true);
    expect(hillockIn(work.path, ['export', join(run, 'model.onnx'), '--to', 'json']).code).toBe(0);
    expect(existsSync(join(work.path, 'people.json'))).toBe(true);
  });

  test('the written program predicts what `hillock predict` predicts', async () => {
    const path = join(work.path, 'predicts.mjs');
    expect(hillock(['export', run, '--to', 'javascript', '--out', path]).code).toBe(0);
    const { predict } = (await import(/* @vite-ignore */ path)) as {
      predict(row: object): { label: string; probabilities: number[] };
    };
    const model = await load(run);
    const record = { height: 181.5, weight: 80, town: 'Cork', age: null };
    const { rows } = await model.predict([record]);
    await model.close();
    const found = predict(record);
    expect(found.label).toBe(rows[0]!.value);
    found.probabilities.forEach((value, i) => {
      expect(value).toBeCloseTo(rows[0]!.probabilities![i]!, 5);
    });
  });

  test('the model file is written as it is', () => {
    const path = join(work.path, 'same.onnx');
    expect(hillock(['export', run, '--to', 'onnx', '--out', path]).code).toBe(0);
    expect(readFileSync(path).equals(readFileSync(join(run, 'model.onnx')))).toBe(true);
  });

  test('refusals name what is wrong and what to do', () => {
    expect(hillock(['export', run, '--to', 'tourch'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean torch?'),
    });
    expect(hillock(['export', run]).code).toBe(2);
    expect(hillock(['export', join(work.path, 'none'), '--to', 'json']).code).toBe(4);
    const plain = work.file('plain', '');
    const { code, stderr } = hillock(['export', run, '--to', 'json', '--out', join(plain, 'x.json')]);
    expect(code).toBe(3);
    expect(stderr).toContain('cannot write');
  });
});
