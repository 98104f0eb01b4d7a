import { type ErrorKind, HillockError } from '../errors.ts';

/** A failure as the command line tells it. */
export interface Failure {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string | undefined;
}

const systemErrors: Readonly<Record<string, { kind: ErrorKind; what: string; hint?: string }>> = {
  ENOENT: { kind: 'data', what: 'no such file or folder' },
  EISDIR: { kind: 'data', what: 'expected a file, found a folder' },
  ENOTDIR: { kind: 'data', what: 'expected a folder, found a file' },
  EACCES: { kind: 'data', what: 'no permission' },
  EPERM: { kind: 'data', what: 'not permitted' },
  EROFS: { kind: 'data', what: 'the disk is read-only', hint: 'choose another folder' },
  ENOSPC: { kind: 'data', what: 'the disk is full', hint: 'free some space, or choose a folder on another disk' },
  EADDRINUSE: { kind: 'usage', what: 'the port is taken', hint: 'choose another with --port' },
};

/** What to tell about anything thrown; `command` is the command that was running. */
export function failureOf(error: unknown, command?: string): Failure {
  if (error instanceof HillockError) {
    const help = error.kind === 'usage' ? `see hillock ${command ? `${command} ` : ''}--help` : undefined;
    return { kind: error.kind, message: error.message, hint: error.hint ?? help };
  }
  if (error instanceof RangeError && /allocation failed|Invalid (typed )?array length/i.test(error.message)) {
    return {
      kind: 'data',
      message: 'this needs more memory than there is',
      hint: 'take fewer rows, or leave columns out with --ignore: words with many levels become many numbers',
    };
  }
  const { code, path, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const system = code !== undefined && syscall !== undefined ? systemErrors[code] : undefined;
  if (system) return { kind: system.kind, message: path ? `${system.what}: ${path}` : system.what, hint: system.hint };
  const first = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  return {
    kind: 'unexpected',
    message: `unexpected: ${first || 'no message'}`,
    hint: 'this is a fault in Hillock: please report it with what HILLOCK_DEBUG=1 prints and the lines of hillock doctor',
  };
}
