import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const bin = fileURLToPath(new URL('../../bin/hillock.js', import.meta.url));

/** What a run of the command line left behind. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout as JSON. */
  readonly events: Record<string, unknown>[];
}

/** Runs the built command line as a person's shell would. */
export function hillock(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...env },
  });
  return {
    code: status,
    stdout,
    stderr,
    get events() {
      const lines = stdout.split('\n').filter(line => line !== '');
      return lines.map(line => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

/** Runs it in a folder, with a text on standard input. */
export function hillockIn(folder: string, args: readonly string[], input = ''): Omit<Ran, 'events'> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
  });
  return { code: status, stdout, stderr };
}
