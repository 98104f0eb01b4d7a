/** What a start loads: each file and each part of Node that is loaded without need is time a person waits. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hillock, root } from './hillock.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hillock-start-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Loaded {
  /** Files of the package. */
  readonly own: readonly string[];
  /** Files of other packages. */
  readonly others: readonly string[];
  /** Modules of Node. */
  readonly node: readonly string[];
}

/** What a command line loads until it ends. */
function loaded(...args: string[]): Loaded {
  const cover = mkdtempSync(join(folder, 'cover-'));
  const modules = join(cover, 'modules.txt');
  const hook = join(folder, 'hook.cjs');
  const write = `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(modules)}, process.moduleLoadList.join('\\n')));`;
  writeFileSync(hook, write);
  const start = (env: Readonly<Record<string, string>>, ...flags: string[]): void => {
    const line = [...flags, join(root, 'bin/hillock.js'), ...args];
    const { status, stderr } = spawnSync(process.execPath, line, {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  };
  start({ NODE_V8_COVERAGE: cover });
  start({}, '--require', hook);
  const report = readdirSync(cover).find(name => name.endsWith('.json'))!;
  const { result } = JSON.parse(readFileSync(join(cover, report), 'utf8')) as { result: { url: string }[] };
  const files = result.map(({ url }) => url).filter(url => url.startsWith('file:'));
  return {
    own: files.filter(url => !url.includes('/node_modules/')),
    others: files.filter(url => url.includes('/node_modules/')),
    node: readFileSync(modules, 'utf8').split('\n'),
  };
}

test('help loads a handful of files and nothing heavy', () => {
  const { own, others, node } = loaded('--help');
  expect(own.length).toBeGreaterThan(1);
  expect(own.length).toBeLessThanOrEqual(8);
  expect(others).toEqual([]);
  for (const heavy of ['child_process', 'crypto']) expect(node).not.toContain(`NativeModule ${heavy}`);
});

test('a prediction loads one runtime and what it needs', () => {
  const run = join(folder, 'run');
  const trained = hillock(['train', 'demo:xor', '--epochs', '1', '--no-baseline', '--out', run]);
  expect(trained.code).toBe(0);
  const rows = join(folder, 'rows.csv');
  writeFileSync(rows, 'x,y\n1,0\n');
  const { own, others, node } = loaded('predict', run, rows);
  expect(own.length).toBeLessThanOrEqual(24);
  expect(others.filter(url => !/\/onnxruntime-(node|common)\//.test(url))).toEqual([]);
  for (const heavy of ['child_process', 'crypto']) expect(node).not.toContain(`NativeModule ${heavy}`);
});
