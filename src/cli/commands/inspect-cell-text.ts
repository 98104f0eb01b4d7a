import { HillockError } from '../../errors.ts';
import { formatNumber } from '../../format.ts';
import { activation } from '../../neuron/index.ts';
import { type Row, table } from '../table.ts';
import type { InspectedCell, InspectedStates } from './inspect-cell.ts';
import { heading, type Look, more } from './inspect-text.ts';

const decimal = (header: string) => ({ header, align: 'decimal' as const });
const fewUnits = 32;
const fewSteps = 60;

/** What every unit puts out over time, in shades of its size; below 0 in another set of shades. */
export function statesText({ layer, row, about, states, others }: InspectedStates, look: Look): string {
  const { unicode, columns } = look.terminal;
  const units = states[0]?.length ?? 0;
  const shown = look.all ? units : Math.min(units, fewUnits);
  const room = Math.max(10, columns - 10);
  const stride = Math.max(1, Math.ceil(states.length / room));
  const [above, below] = unicode ? [' ░▒▓█', ' ·∘○●'] : [' .:*#', ' -=oO'];
  const largest = states.reduce(
    (most, units) => units.reduce((top, h) => Math.max(top, Math.abs(h)), most),
    Number.MIN_VALUE,
  );
  const line = (unit: number): string => {
    let text = '';
    for (let step = 0; step < states.length; step += stride) {
      const h = states[step]![unit]!;
      const shades = h < 0 ? below : above;
      text += shades[Math.min(shades.length - 1, Math.round((Math.abs(h) / largest) * (shades.length - 1)))]!;
    }
    return text.trimEnd();
  };
  return [
    heading(`${layer} at work on row ${row}`, look),
    about,
    '',
    `h of each unit over ${states.length} time steps${stride > 1 ? `, every ${stride}th` : ''}; ${above.trim()} above 0, ${below.trim()} below, the last shade = ${formatNumber(largest, 3)}`,
    ...Array.from({ length: shown }, (_, unit) => `${String(unit + 1).padStart(6)}  ${line(unit)}`),
    ...more(units - shown, 'unit'),
    '',
    `${others}; one unit step by step: --neuron 1`,
  ].join('\n');
}

/** One unit over its time steps: what each gate lets through, what it remembers and puts out. */
export function cellText(found: InspectedCell, look: Look): string {
  const { layer, unit, row, backwards, steps, network, difference } = found;
  const shown = look.all ? steps : steps.slice(0, fewSteps);
  const [first] = steps;
  const gates = first!.gates.map(({ gate }) => decimal(gate));
  const remembers = first!.c !== undefined;
  const rows = shown.map(
    (step): Row => [step.step, ...step.gates.map(({ y }) => y), ...(remembers ? [step.c!] : []), step.h],
  );
  const last = network.at(-1)!;
  return [
    heading(`unit ${unit} of ${layer} at work on row ${row}${backwards ? ', read from the end' : ''}`, look),
    first!.gates.map(({ gate, activation: name }) => `${gate} = ${activation(name).title}`).join(', '),
    '',
    table(['step', ...gates, ...(remembers ? [decimal('c')] : []), decimal('h')], rows),
    ...more(steps.length - shown.length, 'step'),
    '',
    `the network itself computed h = ${formatNumber(last.h)} at step ${last.step}: by hand different by at most ${formatNumber(difference, 2)}`,
    'one step written out: --at STEP',
  ].join('\n');
}

/** One step of one unit: every product of every gate. */
export function cellStepText(found: InspectedCell, at: number, look: Look): string {
  const step = found.steps.find(one => one.step === at);
  if (!step) {
    throw new HillockError(
      'usage',
      `${found.layer} has no time step ${at}`,
      `its steps are 1 to ${found.steps.length}`,
    );
  }
  const { before, h, c } = step;
  const gates = step.gates.map(
    ({ gate, role, terms, inputSum, recurrentSum, bias, recurrentBias, z, activation: name, y }) => {
      const { title, formula } = activation(name);
      const inner =
        recurrentBias === undefined
          ? ''
          : `, the recurrent sum with its bias ${formatNumber(recurrentBias)} inside the reset gate`;
      return [
        heading(`${role} ${gate}`, look),
        table(
          ['', decimal('x or h before'), decimal('weight'), decimal('product')],
          [
            ...terms.map((term): Row => [term.name, term.x, term.w, term.product]),
            'rule',
            ['sum of inputs', null, null, inputSum],
            ['recurrent sum', null, null, recurrentSum],
            ['bias', null, null, bias],
            'rule',
            ['z', null, null, z],
          ],
        ),
        `${gate} = ${formatNumber(y)}  (${title}(z) = ${formula}${inner})`,
      ].join('\n');
    },
  );
  const memory = c === undefined ? '' : `c: ${formatNumber(before.c!)} → ${formatNumber(c)}   `;
  return [
    heading(`unit ${found.unit} of ${found.layer} at work on row ${found.row}, step ${at}`, look),
    ...gates,
    `${memory}h: ${formatNumber(before.h)} → ${formatNumber(h)}`,
  ].join('\n\n');
}
