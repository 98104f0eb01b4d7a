import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { HillockError } from '../../src/errors.ts';
import { readers } from './readers.ts';

const corpus = fileURLToPath(new URL('../corpus', import.meta.url));

test('every reader has a corpus, and every corpus a reader', () => {
  expect(readdirSync(corpus).sort()).toEqual(readers.map(({ name }) => name).sort());
});

describe.each(readers.map(reader => [reader.name, reader] as const))('%s', (name, { file, read, judge }) => {
  test.each(readdirSync(join(corpus, name)))('%s', async entry => {
    const folder = mkdtempSync(join(tmpdir(), 'hillock-corpus-'));
    try {
      const path = join(folder, file);
      const bytes = new Uint8Array(readFileSync(join(corpus, name, entry)));
      writeFileSync(path, bytes);
      const reading = read(path, bytes);
      if (entry.startsWith('good')) expect(await judge(bytes, await reading, path)).toBeUndefined();
      else await expect(reading).rejects.toBeInstanceOf(HillockError);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
