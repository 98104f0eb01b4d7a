import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runFiles } from '../model/index.ts';
import { kept } from './kept.ts';

function runsOf(...ids: readonly string[]): string {
  const runs = mkdtempSync(join(tmpdir(), 'hillock-kept-'));
  onTestFinished(() => rmSync(runs, { recursive: true }));
  for (const id of ids) {
    mkdirSync(join(runs, id));
    writeFileSync(join(runs, id, runFiles.model), '{}');
  }
  return runs;
}

test('what a request uses is closed when it is answered, however many others were opened', async () => {
  const closed: string[] = [];
  const all = kept(
    runsOf('a', 'b', 'c'),
    1,
    async folder => folder.at(-1)!,
    async name => {
      closed.push(name);
      throw new Error('a session that cannot be closed');
    },
  );
  const [first, second] = [all.lease(), all.lease()];
  await first.open('a');
  await second.open('b');
  await second.open('c');
  await new Promise(setImmediate);
  expect(closed).toEqual([]);
  first.end();
  await new Promise(setImmediate);
  expect(closed).toEqual(['a']);
  second.end();
  await new Promise(setImmediate);
  expect(closed).toEqual(['a', 'b']);
  await all.close();
  expect(closed).toEqual(['a', 'b', 'c']);
});
