/** Kills trainings at random moments; what is resumed must come to the weights of the run that nobody touched. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { runFiles } from '../../src/model/index.ts';
import { random } from '../../src/random.ts';
import { peopleCsv } from '../cli/files.ts';
import { steady, weightsIn } from '../cli/weights.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.kills);
const rng = random(`kills ${values.seed}`);
const work = mkdtempSync(join(tmpdir(), 'hillock-kills-'));
const data = join(work, 'people.csv');
writeFileSync(data, peopleCsv(300));
const options = [...steady, '--hidden', '16', '--epochs', '40'];

/** Runs the command line, killed after some milliseconds; whether it was killed before it ended. */
async function run(args: readonly string[], after?: number): Promise<boolean> {
  const child = spawn(process.execPath, [resolve('bin/hillock.js'), ...args, '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', chunk => {
    errors += String(chunk);
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>(done =>
    child.once('close', (code, signal) => done({ code, signal })),
  );
  if (after !== undefined) {
    await Promise.race([ended, setTimeout(after)]);
    child.kill('SIGKILL');
  }
  const { code, signal } = await ended;
  if (signal === null && code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${errors}`);
  return signal === 'SIGKILL';
}

try {
  const whole = join(work, 'whole');
  const began = performance.now();
  await run(['train', data, ...options, '--out', whole]);
  const milliseconds = performance.now() - began;
  const expected = weightsIn(whole);
  let kills = 0;
  let rounds = 0;
  while (kills < wanted) {
    const folder = join(work, `run ${rounds++}`);
    const next = (): string[] =>
      existsSync(join(folder, runFiles.plan))
        ? ['train', '--resume', folder]
        : ['train', data, ...options, '--out', folder];
    for (let left = 1 + rng.below(4); left > 0 && kills < wanted && !existsSync(join(folder, runFiles.model)); left--)
      if (await run(next(), rng.uniform() * milliseconds)) kills++;
    await run(next());
    if (!isDeepStrictEqual(weightsIn(folder), expected))
      throw new Error(`run ${rounds}, after ${kills} kills, came to other weights: ${folder}`);
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(
    `kills        ${kills} at random moments of ${rounds} trainings, all resumed to the same weights\n`,
  );
  rmSync(work, { recursive: true });
} catch (error) {
  process.exitCode = 1;
  process.stdout.write(`  FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
}
