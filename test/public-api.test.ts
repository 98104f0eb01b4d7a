/** What a person may import is really there: every name of the table of contents, from the built package. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  name: string;
  version: string;
  bin: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

interface Names {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** The names that a file of explicit re-exports lists. */
function exported(path: string): Names {
  const text = read(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  expect(text).not.toMatch(/export \*/);
  const values: string[] = [];
  const types: string[] = [];
  for (const [, all, list] of text.matchAll(/export (type )?\{([^}]*)\}/g)) {
    for (const part of list!
      .split(',')
      .map(name => name.trim())
      .filter(Boolean)) {
      const name = part
        .replace(/^type /, '')
        .split(' as ')
        .at(-1)!;
      (all || part.startsWith('type ') ? types : values).push(name);
    }
  }
  return { values, types };
}

const entries = [
  ['hillock', 'src/index.ts', '.', 10],
  ['hillock/data', 'src/data/index.ts', './data', 10],
  ['hillock/lab', 'src/web/lab.ts', './lab', 3],
  ['hillock/neuron', 'src/neuron/index.ts', './neuron', 8],
  ['hillock/plan', 'src/plan/index.ts', './plan', 10],
  ['hillock/serve', 'src/serve/index.ts', './serve', 1],
  ['hillock/draw', 'src/draw/index.ts', './draw', 10],
  ['hillock/studio', 'src/studio/index.ts', './studio', 1],
  ['hillock/web', 'src/web/index.ts', './web', 10],
] as const;

describe.each(entries)('%s', (_, source, key, least) => {
  const target = manifest.exports[key];
  if (typeof target !== 'object') throw new Error(`package.json does not export ${key}`);
  const names = exported(source);

  test('exports every value it lists, and nothing else', async () => {
    const built = (await import(new URL(`../${target.default}`, import.meta.url).href)) as Record<string, unknown>;
    expect(Object.keys(built).sort()).toEqual([...names.values].sort());
    for (const name of names.values) expect(built[name], name).toBeDefined();
    expect(names.values.length).toBeGreaterThanOrEqual(least);
  });

  test('declares every type it lists', () => {
    const declared = exported(target.types);
    expect([...declared.types].sort()).toEqual([...names.types].sort());
    expect([...declared.values].sort()).toEqual([...names.values].sort());
  });
});

test('the names that the README and the design promise', async () => {
  const hillock = (await import(new URL('../dist/index.js', import.meta.url).href)) as Record<string, unknown>;
  for (const name of ['neuron', 'network', 'dense', 'train', 'load', 'HillockError', 'version'])
    expect(hillock).toHaveProperty(name);
  const data = (await import(new URL('../dist/data.js', import.meta.url).href)) as Record<string, unknown>;
  expect(data).toHaveProperty('table');
});

test('the version is that of package.json', async () => {
  const { version } = (await import(new URL('../dist/index.js', import.meta.url).href)) as { version: string };
  expect(version).toBe(manifest.version);
  expect(read('src/version.ts')).toContain(`'${manifest.version}'`);
});

test('an error is of one class, whichever part of the package throws it', async () => {
  const { HillockError } = await import('hillock');
  const { table } = await import('hillock/data');
  await expect(table('no-such-file.csv')).rejects.toBeInstanceOf(HillockError);
});

test('what runs imports nothing but Node and the packages that are installed with it', () => {
  const installed = new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
  const files = readdirSync(new URL('../dist/', import.meta.url)).filter(name => name.endsWith('.js'));
  const imported = files.flatMap(name =>
    [...read(`dist/${name}`).matchAll(/\b(?:from|import)\s*\(?\s*["']((?:@[\w.-]+\/)?[a-z][\w.-]*)["'/]/g)].map(
      match => match[1]!,
    ),
  );
  expect(imported).toContain('onnxruntime-node');
  expect(imported.filter(name => !installed.has(name))).toEqual([]);
});

test('importing the library loads no runtime and starts nothing', async () => {
  const { execFileSync } = await import('node:child_process');
  const script = `
    await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)});
    const loaded = process.report ? process.report.getReport().sharedObjects.filter(name => /onnxruntime|duckdb/.test(name)) : [];
    console.log(JSON.stringify(loaded));`;
  expect(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 30_000 }),
  ).toBe('[]\n');
});
