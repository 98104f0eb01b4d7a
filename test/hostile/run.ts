/** Reads hostile bytes with every reader, each in a child that may hang or die; prints counts, exits 1 when one fails. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readers } from './readers.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    reader: { type: 'string', multiple: true, default: readers.map(({ name }) => name) },
    corpus: { type: 'string', default: 'test/corpus' },
  },
});
/** One case may take this long; one that takes longer hangs. */
const secondsEach = 20;
/** What a child may grow to, in megabytes: Node, a decoder and cases of a few kilobytes. */
const mostMegabytes = 1200;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

interface Outcome {
  readonly read: number;
  readonly refused: number;
  readonly megabytes: number;
  readonly failure?: { readonly why: string; readonly bytes: string };
}

function runReader(name: string, file: string): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-hostile-'));
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./child.js', import.meta.url)), name, values.cases, values.seed, folder, values.corpus],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  let hung = false;
  let begun = false;
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    // Of its start only that it comes to an end.
    const limit = begun ? secondsEach : 10 * secondsEach;
    begun = true;
    timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, limit * 1000);
  };
  watch();
  child.stdout!.on('data', chunk => {
    output += String(chunk);
  });
  child.stderr!.on('data', chunk => {
    errors = (errors + String(chunk)).slice(-2000);
  });
  child.stdio[3]!.on('data', watch);
  return new Promise(resolve => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      try {
        if (output !== '') return resolve(JSON.parse(output) as Outcome);
        const why = hung ? `no answer for ${secondsEach} s` : `the process died (${signal ?? code}): ${errors.trim()}`;
        const path = join(folder, file);
        const bytes = existsSync(path) ? readFileSync(path).toString('base64') : '';
        resolve({ read: 0, refused: 0, megabytes: 0, failure: { why, bytes } });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}

say(`${Number(values.cases).toLocaleString('en')} cases each, seed ${values.seed}`);
for (const { name, file } of readers.filter(reader => values.reader.includes(reader.name))) {
  const began = performance.now();
  const { read, refused, megabytes, failure } = await runReader(name, file);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(`${name.padEnd(12)} ${read} read, ${refused} refused, ${megabytes} MB, ${seconds} s`);
  if (!failure && megabytes <= mostMegabytes) continue;
  process.exitCode = 1;
  say(
    failure
      ? `  FAILED: ${failure.why}\n  bytes (base64): ${failure.bytes}`
      : `  FAILED: more than ${mostMegabytes} MB`,
  );
}
