/** What a step of a network in hand is fed, and what it would change. */
import { f32, floats, type Tensor } from '../graph/index.ts';
import type { Parameter } from '../nn/index.ts';
import { optimizers } from '../optim/index.ts';
import { allFinite } from './finite.ts';
import type { LabStepProgram } from './lab-program.ts';
import type { Arrays, LabData, LabOptions, LabState, LabStep } from './lab-state.ts';

/** Rows [rows, inputs] of the data. */
export function rowsOf({ x, inputs }: LabData, rows: Int32Array): Float32Array {
  const taken = new Float32Array(rows.length * inputs);
  rows.forEach((row, i) => {
    taken.set(x.subarray(row * inputs, (row + 1) * inputs), i * inputs);
  });
  return taken;
}

/** What the program of a step is fed. */
export function feedsOf(
  { parameters, slots, settings }: LabStepProgram,
  state: LabState,
  rows: Int32Array,
  data: LabData,
  { batch, optimizer, learningRate, l1, l2 }: LabOptions,
  outputs: number,
): Record<string, Tensor> {
  const { inputs } = data;
  if (rows.length > batch) throw new RangeError(`a step takes at most ${batch} rows, not ${rows.length}`);
  const x = new Float32Array(batch * inputs);
  x.set(rowsOf(data, rows));
  const y = new Float32Array(batch * outputs);
  const share = new Float32Array(batch);
  rows.forEach((row, i) => {
    if (outputs > 1) y[i * outputs + data.y[row]!] = 1;
    else y[i] = data.y[row]!;
    share[i] = 1 / rows.length;
  });
  const feeds: Record<string, Tensor> = {
    x: f32(x, [batch, inputs]),
    y: f32(y, [batch, outputs]),
    share: f32(share, [batch, 1]),
  };
  if (l1 > 0) feeds.l1 = f32([l1], []);
  const scalars = optimizers[optimizer].scalars(state.updates + 1, learningRate, l2, settings);
  for (const [name, value] of Object.entries(scalars)) feeds[`scalar_${name}`] = f32([value], []);
  for (const { name, shape } of parameters) feeds[name] = f32(state.parameters.get(name)!, shape);
  for (const { name, shape } of slots) feeds[name] = f32(state.slots.get(name)!, shape);
  return feeds;
}

/** The step that its program's outputs tell; `frozen` neurons keep their numbers. */
export function stepOf(
  found: Readonly<Record<string, Tensor>>,
  { parameters, slots }: LabStepProgram,
  state: LabState,
  rows: Int32Array,
  frozen: ReadonlySet<string>,
): LabStep {
  const taken = (
    ending: (name: string) => string,
    of: readonly { readonly name: string }[],
  ): Map<string, Float32Array> => new Map(of.map(({ name }) => [name, floats(found[ending(name)])]));
  const losses = floats(found.losses).slice(0, rows.length);
  const gradients = taken(name => `d ${name}`, parameters);
  const after = taken(name => `${name}'`, parameters);
  const kept = taken(name => `${name}'`, slots);
  const finite = [losses, ...after.values(), ...kept.values()].every(allFinite);
  for (const parameter of parameters) keep(parameter, frozen, state.parameters, after);
  return {
    rows,
    losses,
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    gradients,
    finite,
    after: {
      seen: state.seen + rows.length,
      steps: state.steps + 1,
      updates: state.updates + 1,
      parameters: after,
      slots: kept,
    },
  };
}

/** Puts the numbers of a parameter that belong to frozen neurons back. */
function keep({ name, shape }: Parameter, frozen: ReadonlySet<string>, before: Arrays, after: Arrays): void {
  const units = shape.at(-1)!;
  const [from, to] = [before.get(name)!, after.get(name)!];
  for (const neuron of frozen) {
    const [layer, unit] = neuron.split(':');
    if (name !== `${layer}.weight` && name !== `${layer}.bias`) continue;
    for (let i = Number(unit); i < to.length; i += units) to[i] = from[i]!;
  }
}
