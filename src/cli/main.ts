import { exitCodes, HillockError } from '../errors.ts';
import { version } from '../version.ts';
import { commands } from './commands/index.ts';
import { failureOf } from './failure.ts';
import { interruptSignal } from './interrupt.ts';
import { type Output, output } from './output.ts';
import { parse } from './program.ts';
import { styled } from './terminal.ts';

/** Runs one command line and gives its exit code; never throws and never prints a stack trace unless HILLOCK_DEBUG is set. */
export async function main(argv: readonly string[]): Promise<number> {
  const out = output({
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    json: asksForJson(argv),
    now: () => performance.now() / 1000,
  });
  endQuietlyWhenNobodyReads();
  let running: string | undefined;
  const fail = (error: unknown): number => report(error, running, out);
  process.once('uncaughtException', error => process.exit(fail(error)));
  const interrupt = interruptSignal(() => out.close());
  const settled = (code: number): number => {
    interrupt.settle(code);
    return code;
  };
  try {
    const request = await parse(argv, commands, version, out.stdout);
    if (request.do === 'print') {
      await out.write(`${request.text}\n`);
      return settled(0);
    }
    running = request.name;
    const context = {
      out,
      get signal() {
        return interrupt.signal();
      },
    };
    const kind = await request.command.run(request.given, context);
    return settled(kind === undefined ? 0 : exitCodes[kind]);
  } catch (error) {
    return settled(
      fail(interrupt.aborted() && isAbort(error) ? new HillockError('interrupted', 'interrupted') : error),
    );
  } finally {
    out.close();
  }
}

function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
}

function report(error: unknown, command: string | undefined, out: Output): number {
  const { kind, message, hint } = failureOf(error, command);
  out.close();
  out.event('error', { kind, message, hint: hint ?? null });
  out.message(`${styled('error:', 'red', out.stderr)} ${message}`);
  if (hint) out.message(`  ${styled('hint:', 'cyan', out.stderr)} ${hint}`);
  if (process.env.HILLOCK_DEBUG && error instanceof Error) out.message(error.stack ?? '');
  return exitCodes[kind];
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** `hillock … | head` closes the pipe early; that is no error. */
function endQuietlyWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}
