/** Files that appear whole or not at all. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { modelPath, readArtifact, runFiles, writeWhole } from './folder.ts';

const failing = vi.hoisted(() => ({ code: '', at: '' }));

vi.mock('node:fs/promises', async importOriginal => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const fail = (where: string): void => {
    if (failing.at === where) throw Object.assign(new Error(`${failing.code}: no`), { code: failing.code });
  };
  return {
    ...real,
    async open(...args: Parameters<typeof real.open>) {
      fail('open');
      const file = await real.open(...args);
      if (failing.at !== 'write' && failing.at !== 'sync') return file;
      return Object.assign(Object.create(file) as typeof file, {
        // Half of it reaches the disk.
        async writeFile(data: Uint8Array) {
          await file.writeFile(data.subarray(0, data.length / 2));
          fail('write');
        },
        sync: async () => fail('sync'),
        close: () => file.close(),
      });
    },
    async rename(...args: Parameters<typeof real.rename>) {
      fail('rename');
      return real.rename(...args);
    },
  };
});

let folder = '';
beforeEach(async () => {
  failing.at = '';
  folder = await mkdtemp(join(tmpdir(), 'hillock-folder-'));
});
afterEach(async () => {
  failing.at = '';
  await rm(folder, { recursive: true, force: true });
});

const old = Uint8Array.of(1, 2, 3, 4);
const fresh = Uint8Array.of(9, 9, 9, 9, 9, 9);

describe('writeWhole', () => {
  test('makes the folders on the way, replaces what was there, leaves nothing beside it', async () => {
    const path = join(folder, 'a', 'b', 'file');
    await writeWhole(path, old);
    await writeWhole(path, 'text');
    expect(await readFile(path, 'utf8')).toBe('text');
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file']);
  });

  const failures = ['open', 'write', 'sync', 'rename'].flatMap(at =>
    (
      [
        ['ENOSPC', /the disk is full/],
        ['EACCES', /permission denied/],
        ['EROFS', /read-only/],
        ['EIO', /EIO: no/],
      ] as const
    ).map(([code, message]) => [at, code, message] as const),
  );
  test.each(failures)(
    'a failure of %s with %s leaves the old file, and nothing beside it',
    async (at, code, message) => {
      const path = join(folder, 'file');
      await writeWhole(path, old);
      Object.assign(failing, { at, code });
      await expect(writeWhole(path, fresh)).rejects.toMatchObject({
        name: 'HillockError',
        kind: 'data',
        message: expect.stringMatching(message),
        hint: expect.stringContaining('--out'),
      });
      failing.at = '';
      expect(new Uint8Array(await readFile(path))).toEqual(old);
      expect(await readdir(folder)).toEqual(['file']);
    },
  );

  test('a process killed in the middle leaves the old file', async () => {
    const path = join(folder, 'file');
    await writeWhole(path, old);
    const script = `
      import fs from 'node:fs/promises';
      import { syncBuiltinESMExports } from 'node:module';
      fs.rename = () => process.kill(process.pid, 'SIGKILL');
      syncBuiltinESMExports();
      const { writeWhole } = await import(${JSON.stringify(new URL('../../dist/rooms/model/folder.js', import.meta.url).href)});
      await writeWhole(${JSON.stringify(path)}, Uint8Array.of(9, 9, 9));`;
    expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' })).toThrow();
    expect(new Uint8Array(await readFile(path))).toEqual(old);
    const beside = (await readdir(folder)).filter(name => name !== 'file');
    expect(beside.every(name => name.endsWith('.tmp'))).toBe(true);
    await writeWhole(path, fresh);
    expect(new Uint8Array(await readFile(path))).toEqual(fresh);
  });

  test('a file where a folder should be, and a folder where the file should be', async () => {
    await writeFile(join(folder, 'plain'), 'x');
    await expect(writeWhole(join(folder, 'plain', 'file'), old)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/cannot write .*plain.*(not a folder|in the way)/),
    });
    await mkdir(join(folder, 'taken'));
    await expect(writeWhole(join(folder, 'taken'), old)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/it is a folder/),
    });
    expect(await readdir(folder)).toEqual(['plain', 'taken']);
  });

  test.skipIf(process.getuid?.() === 0)(
    'a folder without permission (root may write everywhere: skipped for it)',
    async () => {
      await chmod(folder, 0o500);
      await expect(writeWhole(join(folder, 'file'), old)).rejects.toMatchObject({
        kind: 'data',
        message: expect.stringMatching(/permission/),
      });
      await chmod(folder, 0o700);
    },
  );
});

describe('reading', () => {
  test('a run folder, a file and a link name the model', async () => {
    const file = join(folder, runFiles.model);
    await writeFile(file, 'x');
    await symlink(folder, `${folder}-link`);
    expect(await modelPath(folder)).toBe(file);
    expect(await modelPath(file)).toBe(file);
    expect(await modelPath(`${folder}-link`)).toBe(join(`${folder}-link`, runFiles.model));
    await rm(`${folder}-link`);
  });

  test.each([
    ['nothing there', 'missing', /no run or model at/],
    ['a folder without a model', '.', /holds no model\.onnx/],
  ])('%s', async (_, name, message) => {
    await expect(readArtifact(join(folder, name))).rejects.toMatchObject({
      kind: 'model-file',
      message: expect.stringMatching(message),
    });
  });

  test('a file that is no model', async () => {
    await writeFile(join(folder, runFiles.model), 'just text');
    await expect(readArtifact(folder)).rejects.toMatchObject({ name: 'HillockError', kind: 'model-file' });
  });
});
