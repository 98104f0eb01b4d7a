import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from '../../src/random.ts';

/** A folder of its own for a test file, and how to remove it. */
export function workFolder(): {
  readonly path: string;
  file(name: string, content: string | Uint8Array): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'hillock-test-'));
  return {
    path,
    file(name, content) {
      const at = join(path, name);
      writeFileSync(at, content);
      return at;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A table with numbers, a category and a class that follows from them, as CSV. */
export function peopleCsv(rows: number, seed = 1): string {
  const rng = random(seed);
  const lines = ['height,weight,town,age,tall'];
  for (let i = 0; i < rows; i++) {
    const height = 150 + 50 * rng.uniform();
    const weight = 40 + 60 * rng.uniform();
    const town = ['Aarhus', 'Bergen', 'Cork'][rng.below(3)]!;
    const age = 18 + rng.below(60);
    const tall = height + 4 * rng.normal() > 172 ? 'yes' : 'no';
    lines.push(`${height.toFixed(1)},${weight.toFixed(1)},${town},${age},${tall}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A month of a series that begins in January 2010, as 2010-01. */
export const monthOf = (t: number): string => `${2010 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, '0')}`;

/** Sales of a month: growth, a season, and what neither tells. */
export const salesOf = (t: number): number =>
  Math.round((100 + t) * (1 + 0.3 * Math.sin((2 * Math.PI * t) / 12) + 0.02 * Math.sin(t * t)));

/** Monthly sales as CSV. */
export const salesCsv = (months: number): string =>
  `Month,Sales\n${Array.from({ length: months }, (_, t) => `${monthOf(t)},${salesOf(t)}\n`).join('')}`;

const bin = fileURLToPath(new URL('../../bin/hillock.js', import.meta.url));

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line and sends it a signal as soon as `when` says so of what it has printed so far. */
export async function signalled(
  args: readonly string[],
  signal: NodeJS.Signals,
  when: (stdout: string) => boolean,
  { cwd, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const all = { PATH: process.env.PATH, LANG: 'C.UTF-8', ...env };
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: all });
  let stdout = '';
  let stderr = '';
  let sent = false;
  child.stderr.on('data', chunk => {
    stderr += String(chunk);
  });
  child.stdout.on('data', chunk => {
    stdout += String(chunk);
    if (sent || !when(stdout)) return;
    sent = true;
    child.kill(signal);
  });
  return new Promise(resolve => {
    child.once('close', (code, by) => resolve({ code, signal: by, stdout, stderr }));
  });
}

/** How many events of a name there are in lines of JSON. */
export const countEvents = (stdout: string, name: string): number => stdout.split(`{"event":"${name}"`).length - 1;
