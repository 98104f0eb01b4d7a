import { defineCommand } from '../command.ts';

/** `hillock doctor`: whether this machine has what Hillock needs. */
export const doctor = defineCommand({
  details:
    'Looks at Node, the processor, the memory, the runtimes that execute networks, the table reader and the terminal. ' +
    'Exit code 6 when no runtime that can train loads.',
  arguments: {},
  options: {},
  examples: [{ line: 'hillock doctor --json', shows: 'the same as data, for a fault report' }],
  async run({ out }) {
    const { examine, canTrain, checkupText } = await import('./doctor-checks.ts');
    const checks = await examine(out);
    out.result({ checks, ok: canTrain(checks) }, () => checkupText(checks, out.stdout));
    return canTrain(checks) ? undefined : 'device';
  },
});
