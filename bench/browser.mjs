/**
 * mlp-mnist in headless Chromium beside jax-js and TensorFlow.js, all on WebAssembly in a cross-origin isolated page, in turn, on
 * the same data from the same weights. Usage: npm run bench -- browser. Rows are kept in results/<date>.json. Ends with 1 where a
 * bar is missed or what was learned differs.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dense, flatten } from 'hillock';
import { chromePath, pages } from './browser/pages.mjs';
import { writeData } from './speed/data.mjs';
import { writeJob } from './speed/job.mjs';
import { watched } from './speed/machine.mjs';
import { keep, tableOf } from './speed/results.mjs';
import { chosen, race, rowsBeside } from './speed/training.mjs';

const name = 'mlp-mnist-browser';
const question = {
  data: 'digits',
  batch: 128,
  optimizer: 'sgd',
  learningRate: 0.1,
  layers: [flatten(), dense(512, 'relu'), dense(512, 'relu'), dense(10)],
};
const bars = { jax: { must: 2, aim: 4 }, tfjs: { must: 10, aim: 20 } };
/** Engines of pages compile what is hot anew while it runs: so long before it counts. */
const warmSeconds = 3;
const settings = { hillock: ['wasm 1', 'wasm 2'], jax: ['wasm'], tfjs: ['wasm'] };

const chrome = chromePath();
const folder = mkdtempSync(join(tmpdir(), 'hillock-bench-'));
const rows = await measured().finally(() => rmSync(folder, { recursive: true }));
for (const row of rows) console.log(JSON.stringify(row));
keep(name, rows);
console.log(`\n${tableOf(rows)}`);
const red = rows.filter(({ wrong, reached }) => wrong !== undefined || reached === 'MISSED');
for (const { rival, wrong = 'the bar is missed' } of red) console.error(`${rival}: ${wrong}`);
process.exit(red.length > 0 ? 1 : 0);

async function measured() {
  mkdirSync(join(folder, 'question'));
  writeJob(join(folder, 'question'), question, writeData(question.data, join(folder, 'question')));
  const site = await pages(folder, chrome);
  try {
    const racing = [];
    for (const who of Object.keys(settings))
      racing.push(await chosen(who, settings[who], setting => site.contestant(who, setting), warmSeconds));
    const machine = watched();
    await race(racing);
    const [us, ...others] = racing;
    const found = { question: name, browser: `Chromium ${site.version}` };
    const rows = others.flatMap(them => rowsBeside(us, them, bars, 0.05, machine()).map(row => ({ ...found, ...row })));
    if ((await site.gpu()) !== null) return rows;
    const missing = 'no GPU but one that the processor plays';
    return [...rows, { ...found, what: 'samples a second', rival: 'tfjs webgpu', missing }];
  } finally {
    await site.close();
  }
}
