/** The models that are served in the bench, and requests for them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random, train } from 'hillock';
import { makeTable, numberColumn, textColumn } from 'hillock/data';

const rows = 4000;
const batch = 64;
const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];
const draw = next => Array.from({ length: rows }, () => next());

/** A table of numbers and words with a class that follows from them. */
function drawn(numbers, texts, rng) {
  const numeric = Array.from({ length: numbers }, () => draw(() => Number((10 * rng.normal()).toFixed(2))));
  const worded = Array.from({ length: texts }, () => draw(() => words[rng.below(words.length)]));
  const sum = draw(() => 0).map(
    (_, row) =>
      numeric.reduce((total, values, k) => total + values[row] * ((k % 3) - 1), 0) +
      worded.reduce((total, values) => total + 4 * (values[row].length - 5), 0),
  );
  const inputs = [
    ...numeric.map((values, k) => ({ name: `n${k}`, values, column: numberColumn(`n${k}`, values) })),
    ...worded.map((values, k) => ({ name: `w${k}`, values, column: textColumn(`w${k}`, values) })),
  ];
  const target = textColumn(
    'y',
    sum.map(value => (value > 0 ? 'yes' : 'no')),
  );
  return { table: makeTable('bench', [...inputs.map(({ column }) => column), target]), inputs };
}

/** Trains both models and writes the bodies of requests. */
export async function makeRuns(folder) {
  const made = async (name, numbers, texts, encoding) => {
    const { table, inputs } = drawn(numbers, texts, random(1));
    const run = join(folder, name);
    const network = { hidden: [64, 32], members: 1, encoding };
    const options = { target: 'y', seed: 1, epochs: 3, baseline: false, out: run, ...network };
    const model = await train('mlp', table, options).result;
    await model.close();
    const write = (kind, content, rows, type = 'application/json') => {
      const body = join(folder, `${name}-${kind}`);
      writeFileSync(body, content);
      return { path: '/predict', body, type, rows };
    };
    const record = row => Object.fromEntries(inputs.map(({ name, values }) => [name, values[row]]));
    const list = row => inputs.map(({ values }) => values[row]);
    const first = [...Array(batch).keys()];
    return {
      run,
      one: write('one.json', JSON.stringify(record(0)), 1),
      many: write('many.json', JSON.stringify(first.map(texts > 0 ? record : list)), batch),
      binary: write('many.f32', Float32Array.from(first.flatMap(list)), batch, 'application/octet-stream'),
    };
  };
  return {
    mixed: await made('mixed', 10, 4, 'full'),
    numbers: await made('numbers', 20, 0, 'full'),
    plain: await made('plain', 20, 0, 'plain'),
  };
}
