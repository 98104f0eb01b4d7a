/** The program that serves, as it is copied into a folder. Node only. */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HillockError } from '../errors.ts';
import type { ModelInput } from '../model/index.ts';

/** What serving needs beside the program: always, and by what goes in. */
const always = ['onnxruntime-node'];
const needs: Readonly<Record<ModelInput['kind'], readonly string[]>> = { table: [], images: ['sharp'], series: [] };

interface Manifest {
  readonly name?: string;
  readonly version: string;
  readonly license?: string;
}

const manifestIn = async (folder: string): Promise<Manifest | undefined> =>
  readFile(join(folder, 'package.json'), 'utf8').then(
    text => JSON.parse(text) as Manifest,
    () => undefined,
  );

/** The folder of the package whose module this is. */
async function packageFolder(from = dirname(fileURLToPath(import.meta.url))): Promise<string> {
  const manifest = await manifestIn(from);
  if (manifest?.name === 'hillock') return from;
  if (dirname(from) === from) throw new HillockError('unexpected', 'the folder of the package hillock is not found');
  return packageFolder(dirname(from));
}

/** The files of the program by their path in the folder: everything that runs, nothing that only tells. */
export async function programFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const root = await packageFolder();
  const { version, license } = (await manifestIn(root))!;
  const dist = await readdir(join(root, 'dist'), { withFileTypes: true });
  const names = [
    'bin/hillock.js',
    'LICENSE',
    ...dist.filter(entry => entry.isFile() && /\.(js|txt)$/.test(entry.name)).map(({ name }) => `dist/${name}`),
  ];
  const read = names.map(
    async (name): Promise<[string, Uint8Array]> => [
      `hillock/${name}`,
      new Uint8Array(await readFile(join(root, name))),
    ],
  );
  const manifest = `${JSON.stringify({ name: 'hillock', version, license, type: 'module' }, null, 2)}\n`;
  return new Map([['hillock/package.json', new TextEncoder().encode(manifest)], ...(await Promise.all(read))]);
}

/** The packages that serving needs, in the versions that are installed here. */
export async function packagesFor(kind: ModelInput['kind']): Promise<Readonly<Record<string, string>>> {
  const found = [...always, ...needs[kind]].map(
    async (name): Promise<[string, string]> => [name, (await installed(name)) ?? '*'],
  );
  return Object.fromEntries(await Promise.all(found));
}

/** The version of a package; looked up as Node does, since not every package lets its package.json be imported. */
async function installed(name: string): Promise<string | undefined> {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const manifest = await manifestIn(join(folder, name));
    if (manifest) return manifest.version;
  }
  return undefined;
}
