/** What pages load: how large it is, and that nothing in it is Node's. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { activations } from '../../src/neuron/activations.ts';

const folder = fileURLToPath(new URL('../../dist/web/', import.meta.url));
const code = (name: string): string => readFileSync(folder + name, 'utf8');
const names = readdirSync(folder).filter(name => name.endsWith('.js'));

/** The files that a file loads before it runs, itself among them. */
function loaded(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, other = ''] of code(name).matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g))
    loaded(other, found);
  return found;
}

const size = (files: Iterable<string>): number =>
  [...files].reduce((sum, name) => sum + gzipSync(code(name), { level: 9 }).length, 0);

/** Gzip'd bytes, without ONNX Runtime; docs/browser.md tells them. */
const budgets = {
  /** Loading a model and predicting records. */
  page: 60_000,
  /** What training adds, in its worker. */
  training: 30_000,
  /** All of it: readers of tables, training, forecasts, explanations. */
  everything: 132_000,
};

test('a page that predicts, training, and everything stay within their budgets', () => {
  const page = loaded('index.js');
  const training = [...loaded('worker.js')].filter(name => !page.has(name));
  const found = { page: size(page), training: size(training), everything: size(names) };
  for (const [part, most] of Object.entries(budgets)) {
    const bytes = found[part as keyof typeof found];
    expect(bytes, `${part}: ${bytes} bytes`).toBeLessThanOrEqual(most);
    expect(bytes, `${part} is far below its budget: lower it`).toBeGreaterThan(0.8 * most);
  }
});

test('the budgets are those of the page on browsers', () => {
  const told = readFileSync(fileURLToPath(new URL('../../docs/browser.md', import.meta.url)), 'utf8');
  for (const most of Object.values(budgets)) expect(told).toContain(`${most / 1000} KB`);
});

test('the studio has the words of activation functions, which pages do without', () => {
  const assets = fileURLToPath(new URL('../../dist/studio/assets/', import.meta.url));
  const studio = readdirSync(assets)
    .filter(name => name.endsWith('.js'))
    .map(name => readFileSync(assets + name, 'utf8'));
  const pages = names.map(code);
  for (const { title, formula, useFor } of Object.values(activations)) {
    for (const words of [title, formula, useFor])
      expect(
        studio.some(text => text.includes(words)),
        words,
      ).toBe(true);
    expect(pages.some(text => text.includes(useFor))).toBe(false);
  }
});

test('nothing of Node and no other package than ONNX Runtime is asked for, and no code is made from text', () => {
  for (const name of names) {
    const foreign = [...code(name).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^."'][^"']*)["']/g)].map(
      match => match[1],
    );
    expect(foreign.filter(other => other !== 'onnxruntime-web/wasm')).toEqual([]);
    expect(code(name)).not.toMatch(/\bnew Function\b|\beval\(/);
  }
});
