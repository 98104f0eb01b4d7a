import { type ErrorKind, HillockError } from '../errors.ts';
import type { Output } from './output.ts';
import type { Parameters, Values } from './parameters.ts';

/** A command line that works as printed, and what it shows. */
export interface Example {
  readonly line: string;
  readonly shows: string;
}

/** What a running command is given. */
export interface Invocation<A extends Parameters, O extends Parameters> {
  readonly args: Values<A>;
  readonly options: Values<O>;
  readonly out: Output;
  /** Aborts on Ctrl-C; a command that never reads it is ended by Ctrl-C at once, with exit code 130. */
  readonly signal: AbortSignal;
}

/** A command as its file declares it: commander, help and documentation read this record. */
export interface CommandDefinition<A extends Parameters, O extends Parameters> {
  /** A paragraph for its help. */
  readonly details?: string;
  /** Positional, in order; only the last may be repeatable. */
  readonly arguments: A;
  readonly options: O;
  readonly examples: readonly Example[];
  /**
   * Does the work; heavy modules are imported inside, so that `hillock --help` stays quick. Throws a HillockError for
   * what stopped it; returns a kind of error when the result is complete and the exit code should still tell.
   */
  run(invocation: Invocation<A, O>): Promise<ErrorKind | undefined>;
}

/** The texts a person typed, by parameter. */
export interface Given {
  readonly args: Readonly<Record<string, readonly string[]>>;
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** Positional texts beyond the last argument. */
  readonly excess: readonly string[];
}

/** A command, ready to run. */
export interface Command {
  readonly details: string | undefined;
  readonly arguments: Parameters;
  readonly options: Parameters;
  readonly examples: readonly Example[];
  run(given: Given, context: { readonly out: Output; readonly signal: AbortSignal }): Promise<ErrorKind | undefined>;
}

/** A line in the list of commands: what `hillock --help` needs, and where the rest is. */
export interface CommandEntry {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** The command that a definition declares, with its parameters read and checked before `run` sees them. */
export function defineCommand<A extends Parameters, O extends Parameters>(
  definition: CommandDefinition<A, O>,
): Command {
  return {
    details: definition.details,
    arguments: definition.arguments,
    options: definition.options,
    examples: definition.examples,
    async run(given, context) {
      const options = readAll(definition.options, given.options, name => `--${kebab(name)}`);
      const args = readAll(definition.arguments, given.args, name => `<${name}>`);
      if (given.excess.length > 0) {
        throw new HillockError('usage', `unexpected argument ${JSON.stringify(given.excess[0])}`);
      }
      const invocation = {
        args,
        options,
        out: context.out,
        get signal() {
          return context.signal;
        },
      };
      return (await definition.run(invocation)) ?? undefined;
    },
  };
}

/** The name on the command line of an option's key: `learningRate` is `learning-rate`. */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}

function readAll<P extends Parameters>(
  parameters: P,
  given: Readonly<Record<string, readonly string[]>>,
  called: (name: string) => string,
): Values<P> {
  const values = Object.entries(parameters).map(([name, parameter]) => {
    try {
      return [name, parameter.read(given[name] ?? [])];
    } catch (error) {
      if (!(error instanceof HillockError)) throw error;
      throw new HillockError(error.kind, `${called(name)} ${error.message}`, error.hint, { cause: error });
    }
  });
  return Object.fromEntries(values) as Values<P>;
}
