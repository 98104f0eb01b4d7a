import { type Progress, startProgress } from './progress.ts';
import { type ScreenStream, type Terminal, terminalOf, toAscii, withoutControls } from './terminal.ts';
import { wrapLines } from './width.ts';

/**
 * The one way commands talk: data on stdout, messages on stderr. With `--json` stdout holds newline-delimited
 * events only, the last one the result.
 */
export interface Output {
  readonly json: boolean;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  /** Text for a person on stdout; nothing with `--json`. */
  data(text: string): void;
  /** A line about what is going on, on stderr. */
  message(text: string): void;
  /** An event on stdout; nothing without `--json`. */
  event(name: string, fields?: object): void;
  /** What the command found: an event with `--json`, else the text on stdout. */
  result(fields: object, text: string | (() => string)): void;
  /** Bytes for another program on stdout, exactly as they are; resolves when there is room for more. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** A line on stderr that shows how far the work is, with the time left; `total` absent when unknown, `from` already done. */
  progress(title: string, total?: number, from?: number): Progress;
  /** Takes a progress line away before the program ends. */
  close(): void;
}

/** The parts of a stream that output writes to. */
export interface OutputStream extends ScreenStream {
  write(chunk: string | Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** Where output goes. */
export interface OutputTarget {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  /** Seconds on any steady clock. */
  now(): number;
}

/** The output of one run of the command line. */
export function output(target: OutputTarget): Output {
  const stdout = terminalOf(target.stdout, target.env);
  const stderr = terminalOf(target.stderr, target.env);
  const shown = (text: string, terminal: Terminal): string => {
    const safe = terminal.interactive ? wrapLines(withoutControls(text), terminal.columns) : withoutControls(text);
    return `${terminal.unicode ? safe : toAscii(safe)}\n`;
  };
  const quiet = target.json && (stdout.interactive || !stderr.interactive);
  let current: ReturnType<typeof startProgress> | undefined;
  const beside = (write: () => void): void => {
    current?.clear();
    write();
    current?.redraw();
  };
  const event = (name: string, fields: object = {}): void => {
    if (target.json) target.stdout.write(`${JSON.stringify({ event: name, ...fields }, jsonValue)}\n`);
  };
  return {
    json: target.json,
    stdout,
    stderr,
    data(text) {
      if (!target.json) beside(() => target.stdout.write(shown(text, stdout)));
    },
    message(text) {
      beside(() => target.stderr.write(shown(text, stderr)));
    },
    event,
    result(fields, text) {
      current?.end();
      event('result', fields);
      if (!target.json) target.stdout.write(shown(typeof text === 'string' ? text : text(), stdout));
    },
    async write(chunk) {
      if (!target.stdout.write(chunk)) await new Promise<void>(resolve => target.stdout.once('drain', () => resolve()));
    },
    progress(title, total, from) {
      current?.end();
      if (quiet) return { update() {}, end() {} };
      const screen = { terminal: stderr, now: target.now, write: (text: string) => void target.stderr.write(text) };
      current = startProgress(title, total, screen, from);
      return current;
    },
    close() {
      current?.end();
      current = undefined;
    },
  };
}

/** Typed arrays as arrays, big integers as numbers; JSON itself writes NaN and ±Infinity as null. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<unknown>);
  return value;
}
