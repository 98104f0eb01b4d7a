import { exitCodes } from '../errors.ts';

/** Ctrl-C as a signal that a command may take up. */
export interface Interrupt {
  /** Takes Ctrl-C up: the first aborts this signal, the second ends the program at once, by the signal itself. */
  signal(): AbortSignal;
  aborted(): boolean;
  /** From now on Ctrl-C ends the program with this code: the work is done and its outcome settled. */
  settle(code: number): void;
}

/** Ends the program with exit code 130 on Ctrl-C or a polite kill, unless a command has taken the signal up. */
export function interruptSignal(beforeExit: () => void): Interrupt {
  const controller = new AbortController();
  let taken = false;
  let settled: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (settled === undefined && taken && !controller.signal.aborted) {
      controller.abort();
      return;
    }
    beforeExit();
    if (settled !== undefined || !taken) process.exit(settled ?? exitCodes.interrupted);
    // A thread may be inside native code, which does not survive an orderly exit.
    process.off(name, onSignal);
    process.kill(process.pid, name);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal() {
      taken = true;
      return controller.signal;
    },
    aborted: () => controller.signal.aborted,
    settle(code) {
      settled = code;
    },
  };
}
