/** What the browser loads before the first screen stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { root } from '../web/fixture.ts';

const folder = join(root, 'dist/studio');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const size = (text: string): number => gzipSync(text, { level: 9 }).length;

/** A file of the studio with all that it imports before it runs. */
function loaded(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, other = ''] of read(name).matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g))
    loaded(`assets/${other}`, found);
  return found;
}

test('the shell is at most 60 KB gzip, and so is the first screen with it', () => {
  const page = read('index.html');
  const named = [...page.matchAll(/(?:src|href)="\.\/(assets\/[\w.-]+)"/g)].map(match => match[1]!);
  expect(named.length).toBeGreaterThan(1);
  const files = new Set<string>();
  for (const name of named) for (const file of name.endsWith('.js') ? loaded(name) : [name]) files.add(file);
  const shell = [...files].reduce((sum, name) => sum + size(read(name)), size(page));
  expect(shell, `${shell} bytes`).toBeLessThanOrEqual(60_000);
  const first = readdirSync(join(folder, 'assets')).filter(name => /^neuron-[\w-]+\.js$/.test(name));
  expect(first.length).toBe(1);
  for (const file of loaded(`assets/${first[0]}`)) files.add(file);
  const all = [...files].reduce((sum, name) => sum + size(read(name)), size(page));
  expect(all, `${all} bytes`).toBeLessThanOrEqual(60_000);
});

test('nothing of Node is asked for, no code is made from text, and ONNX Runtime is not copied', () => {
  for (const name of readdirSync(join(folder, 'assets'))) {
    expect(name).not.toMatch(/\.(?:wasm|mjs)$/);
    if (!name.endsWith('.js')) continue;
    const code = read(`assets/${name}`);
    const foreign = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^."'][^"']*)["']/g)].map(match => match[1]);
    // The neuron screen shows a program that imports the package.
    expect(foreign.filter(other => !/^(?:onnxruntime-web|hillock$)/.test(other!))).toEqual([]);
    expect(code).not.toMatch(/\bnew Function\b|\beval\(/);
  }
});
