/** Files of an earlier deployment replaced by others, so that it can be done again where it is broken off. Node only. */
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../model/index.ts';

/** The SHA-256 that files may have, by their paths in the folder. */
export type Hashes = Readonly<Record<string, readonly string[]>>;

/** While files are replaced: what each of them was before or is to become. */
const journal = '.hillock-deploy.json';

const schema = z.record(z.string(), z.array(z.string()));

const within = <T>(files: Readonly<Record<string, T>>): readonly (readonly [string, T])[] =>
  Object.entries(files).filter(([path]) => !/(^|\/)\.\.(\/|$)|^\/|\\/.test(path));

/** The files of a card that lie in the folder. */
export const inside = (files: Readonly<Record<string, string>>): Hashes =>
  Object.fromEntries(within(files).map(([path, hash]) => [path, [hash]]));

export const united = (...all: readonly Hashes[]): Hashes => {
  const paths = new Set(all.flatMap(hashes => Object.keys(hashes)));
  return Object.fromEntries([...paths].map(path => [path, [...new Set(all.flatMap(hashes => hashes[path] ?? []))]]));
};

export const jsonIn = async (path: string): Promise<unknown> =>
  readFile(path, 'utf8')
    .then(text => JSON.parse(text) as unknown)
    .catch(() => undefined);

/** What a deployment that was broken off may have left in a folder. */
export async function brokenOff(target: string): Promise<Hashes> {
  const found = schema.safeParse(await jsonIn(join(target, journal)), { jitless: true });
  return found.success ? Object.fromEntries(within(found.data)) : {};
}

/** Moves files from a folder on the same disk over those of an earlier deployment, the last one last, and removes what is no more. */
export async function replaceFiles(
  target: string,
  from: string,
  paths: readonly string[],
  earlier: Hashes,
  to: Hashes,
): Promise<void> {
  await writeWhole(join(target, journal), `${JSON.stringify(united(earlier, to))}\n`);
  for (const path of paths) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await rename(join(from, path), join(target, path));
  }
  for (const path of Object.keys(earlier)) if (!paths.includes(path)) await rm(join(target, path), { force: true });
  await rm(join(target, journal), { force: true });
}
