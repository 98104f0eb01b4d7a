import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { HillockError } from '../errors.ts';

const folder = process.env.HILLOCK_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** Where the real data sets are; undefined (with the reason in `whyNoData`) when they are not on this machine. */
export const realData: string | undefined = existsSync(folder) ? folder : undefined;
export const whyNoData = `skipped: no real data sets at ${folder}; set HILLOCK_DATA to their folder`;

/** A temporary folder for the tests of a file; returns a function that writes a file into it and gives its path. */
export function temporaryFiles(): (name: string, content: string | Uint8Array) => Promise<string> {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'hillock-test-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  return async (name, content) => {
    const path = join(root, name);
    await writeFile(path, content);
    return path;
  };
}

/** The error a promise fails with, which must be one for people. */
export async function failure(promise: Promise<unknown>): Promise<HillockError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof HillockError) return error;
  throw error;
}
