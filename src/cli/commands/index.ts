import type { Command } from '../command.ts';
import { doctor } from './doctor.ts';
import { neuron } from './neuron.ts';

/**
 * Every command, in the order help lists them.
 *
 * To add one: write `commands/NAME.ts` that exports `defineCommand({ name, summary, arguments, options, examples, run })`
 * with its parameters built from `../parameters.ts`, and add it here. `run` imports what is heavy with `await import(…)`,
 * talks through `out` (see `../output.ts`) and throws a HillockError when it cannot go on.
 */
export const commands: readonly Command[] = [neuron, doctor];
