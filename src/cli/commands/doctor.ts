import { defineCommand } from '../command.ts';

/** `hillock doctor`: whether this machine has what Hillock needs. */
export const doctor = defineCommand({
  details:
    'Looks at Node, the machine, what is read and written, and runs a small program on every device that networks can run on. ' +
    'Exit code 6 when neither the native nor the WebAssembly runtime works.',
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
