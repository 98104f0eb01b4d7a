/**
 * What bounds training in a page: the products of a step of mlp-mnist and nothing else, in headless Chromium, by ONNX Runtime's file
 * as it is and with fused multiply-adds, on one thread and on two; and the samples a second that a step of nothing else would
 * make. Usage: npm run bench -- products
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromePath, pages } from './browser/pages.mjs';
import { batch, ofStep } from './browser/products.mjs';
import { median } from './speed/verdict.mjs';

const [warmUp, measured, rounds] = [2.5, 2, 3];
const settings = ['plain 1', 'fused 1', 'plain 2', 'fused 2'];

const chrome = chromePath();
const folder = mkdtempSync(join(tmpdir(), 'hillock-bench-'));
try {
  const site = await pages(folder, chrome);
  const contestants = [];
  for (const setting of settings) contestants.push(await site.contestant('products', setting));
  for (const { ask } of contestants) await ask(warmUp);
  const found = settings.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, { ask }] of contestants.entries()) found[i].push(await ask(measured));
  for (const [i, setting] of settings.entries()) {
    const pace = median(found[i]);
    const samples = Math.round((batch * pace * 1e9) / ofStep);
    console.log(
      `${setting} thread${setting.endsWith('1') ? '' : 's'}: ${pace.toFixed(1)} billion multiply-adds a second, ${samples} samples at most`,
    );
  }
  await site.close();
} finally {
  rmSync(folder, { recursive: true });
}
