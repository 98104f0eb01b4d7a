/** Runs the command line as a program of its own, and reads what it tells. Node only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type ErrorKind, HillockError } from '../errors.ts';

/** One event of the command line, as `--json` prints it. */
export type CommandEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** A line of `--json`; undefined for what is none. */
export function parseEvent(line: string): CommandEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'event' in value ? (value as CommandEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** The error that an event of kind `error` tells. */
export const errorOf = ({ kind, message, hint }: CommandEvent): HillockError =>
  new HillockError(kind as ErrorKind, String(message), typeof hint === 'string' ? hint : undefined);

export interface Started {
  readonly child: ChildProcess;
  /** Every event, in order; ends with the program. */
  readonly events: AsyncIterable<CommandEvent>;
}

/** The words after the program: those of the command line with `--json`, which `--` ends. */
export const words = (command: readonly string[], [name = '', ...args]: readonly string[]): readonly string[] => [
  ...command.slice(1),
  name,
  '--json',
  ...args,
];

/** Starts `hillock ARGS --json` in a folder. */
export function start(command: readonly string[], args: readonly string[], folder: string): Started {
  const child = spawn(command[0]!, words(command, args), { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const running = begun(child, folder);
  running.catch(() => undefined);
  return { child, events: eventsOf(child, running) };
}

/** Resolves when a program runs; throws `HillockError` kind `unexpected` where it could not be started. */
export const begun = (child: ChildProcess, folder: string): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.on('error', cause =>
      reject(
        new HillockError(
          'unexpected',
          `hillock cannot be started in ${folder}`,
          'where that folder was renamed or deleted, start the studio in the one that is there',
          { cause },
        ),
      ),
    );
  });

async function* eventsOf(child: ChildProcess, running: Promise<void>): AsyncGenerator<CommandEvent> {
  await running;
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = parseEvent(line);
    if (event) yield event;
  }
}

/** The `result` of `hillock ARGS`; throws the error it ends with. */
export async function resultOf(
  command: readonly string[],
  args: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<CommandEvent> {
  const { child, events } = start(command, args, folder);
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    let result: CommandEvent | undefined;
    for await (const event of events) {
      if (event.event === 'error') throw errorOf(event);
      if (event.event === 'result') result = event;
    }
    if (result) return result;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  throw new HillockError('unexpected', `hillock ${args[0]} ended without a result`);
}
