/** The worked calculation of one unit of a recurrent layer, step by step with its gates. */
import { HillockError } from '../errors.ts';
import { floats } from '../graph/index.ts';
import { type ActivationName, activation } from '../neuron/index.ts';
import { kindOf, type PlacedLayer, type Recurrence } from '../nn/index.ts';
import { checkCounted, findLayer, stepNames } from './layers.ts';
import { type Subject, type Trace, valuesAt } from './trace.ts';

/** Which unit, at work on which row. */
export interface CellChoice {
  /** Name such as `lstm1`, or position counted from 1. */
  readonly layer: string | number;
  /** Counted from 1; those that read from the end of a sequence read both ways come after the others. */
  readonly unit: number;
  /** One of the traced rows, as an index into its data; the first traced row unless told. */
  readonly row?: number | undefined;
}

/** One product of a weighted sum. */
export interface CellTerm {
  /** `x[2]` or its name, a feature of the step, or `h[3]`, a unit's output of the step before. */
  readonly name: string;
  readonly x: number;
  readonly w: number;
  readonly product: number;
}

/** One gate of a unit at one step: z = Σ x·w + Σ h·u + bias. */
export interface GateStep {
  readonly gate: string;
  readonly role: Recurrence['gates'][number]['role'];
  readonly terms: readonly CellTerm[];
  readonly inputSum: number;
  readonly recurrentSum: number;
  readonly bias: number;
  /** Of a GRU’s n: the bias of the recurrent sum, inside the reset gate. */
  readonly recurrentBias?: number | undefined;
  readonly z: number;
  readonly activation: ActivationName;
  readonly y: number;
}

export interface CellStep {
  /** Time step, counted from 1 in the order of the sequence. */
  readonly step: number;
  readonly gates: readonly GateStep[];
  /** The unit's output of the step before, and its memory where it has one. */
  readonly before: { readonly h: number; readonly c?: number };
  /** After this step. */
  readonly h: number;
  readonly c?: number;
}

export interface CellExplanation {
  readonly layer: string;
  readonly unit: number;
  readonly row: number;
  /** The unit reads the sequence from its end. */
  readonly backwards: boolean;
  /** In the order in which the unit reads them. */
  readonly steps: readonly CellStep[];
  /** What the network computed: its outputs by step where it returns them, else that of the last step read. */
  readonly network: readonly { readonly step: number; readonly h: number }[];
  /** Largest |by hand − network|. */
  readonly difference: number;
}

/** Whether a layer carries a state from step to step. */
export const isRecurrent = ({ spec }: PlacedLayer): boolean => kindOf(spec).recurrence !== undefined;

/** The recurrent layers, as an error or a help text names them: `lstm1 (16 units)`. */
export function recurrentLayers(layers: readonly PlacedLayer[]): string {
  const found = layers.filter(isRecurrent).map(({ name, outputShape }) => `${name} (${outputShape.at(-1)} units)`);
  return found.length === 0 ? 'this network has no recurrent layers' : `recurrent layers: ${found.join(', ')}`;
}

/** Writes out one unit over all time steps of a traced row; throws `HillockError` kind `usage` that names what there is. */
export function explainCell(trace: Trace, choice: CellChoice): CellExplanation {
  const { subject } = trace;
  const { unit, row = trace.rows[0] ?? 0 } = choice;
  const layer = findRecurrent(subject.layers, choice.layer);
  const width = layer.outputShape.at(-1)!;
  checkCounted('unit', layer.name, unit, width);
  const position = trace.rows.indexOf(row);
  if (position < 0) throw new HillockError('usage', `row ${row + 1} was not traced`, 'trace it first');
  const traced = trace.layers[subject.layers.indexOf(layer)]!;
  const { backwards, steps } = stepsOf(subject, layer, valuesAt(trace, traced.x, position, 0), unit);
  const y = valuesAt(trace, traced.y, position, 0);
  const sequence = layer.outputShape.length === 2;
  const network = sequence
    ? steps.map(({ step }) => ({ step, h: y[(step - 1) * width + unit - 1]! }))
    : [{ step: steps.at(-1)!.step, h: y[unit - 1]! }];
  const byHand = new Map(steps.map(({ step, h }) => [step, h]));
  const difference = Math.max(...network.map(({ step, h }) => Math.abs(byHand.get(step)! - h)));
  return { layer: layer.name, unit, row, backwards, steps, network, difference };
}

export function findRecurrent(layers: readonly PlacedLayer[], wanted: string | number): PlacedLayer {
  const layer = findLayer(layers, wanted);
  if (isRecurrent(layer)) return layer;
  throw new HillockError(
    'usage',
    `${layer.name} carries no state from step to step: ${kindOf(layer.spec).about}`,
    recurrentLayers(layers),
  );
}

/** What every unit of a layer puts out over the time steps of one row, by hand: [time][units]. */
export function statesOf(subject: Subject, layer: PlacedLayer, x: Float32Array): readonly (readonly number[])[] {
  const [time, features] = layer.inputShape as [number, number];
  const all: number[][] = Array.from({ length: time }, () => []);
  for (const direction of kindOf(layer.spec).recurrence!(layer.spec).directions) {
    const cell = cellOf(subject, layer, direction.suffix);
    for (const { step, h } of walk(cell, x, time, features, direction.reverse)) all[step - 1]!.push(...h);
  }
  return all;
}

interface Cell {
  readonly units: number;
  readonly gates: Recurrence['gates'];
  readonly weight: Float32Array;
  readonly recurrent: Float32Array;
  readonly bias: Float32Array;
  readonly recurrentBias: Float32Array | undefined;
  readonly next: (gates: readonly number[], h: number, c: number) => { readonly h: number; readonly c: number };
  readonly remembers: boolean;
}

function cellOf({ parameters }: Subject, { name, spec, parameters: own }: PlacedLayer, suffix: string): Cell {
  const { gates, next, remembers } = kindOf(spec).recurrence!(spec);
  const array = (what: string): Float32Array => floats(parameters.get(`${name}.${what}${suffix}`));
  const recurrent = array('recurrent');
  const inner = own.some(parameter => parameter.name === `${name}.recurrent_bias${suffix}`);
  return {
    units: array('bias').length / gates.length,
    gates,
    weight: array('weight'),
    recurrent,
    bias: array('bias'),
    recurrentBias: inner ? array('recurrent_bias') : undefined,
    next,
    remembers,
  };
}

interface Walked {
  readonly step: number;
  readonly before: readonly number[];
  readonly memory: readonly number[];
  readonly h: readonly number[];
  readonly c: readonly number[];
}

/** The state of all units after each step, in the order in which they are read. */
function* walk(cell: Cell, x: Float32Array, time: number, features: number, reverse: boolean): Generator<Walked> {
  let h: readonly number[] = new Array<number>(cell.units).fill(0);
  let c: readonly number[] = h;
  for (let read = 0; read < time; read++) {
    const at = reverse ? time - 1 - read : read;
    const now = x.subarray(at * features, (at + 1) * features);
    const [before, memory] = [h, c];
    const after = before.map((_, unit) => {
      const gates = gatesOf(cell, unit, now, before);
      return cell.next(
        gates.map(({ y }) => y),
        before[unit]!,
        memory[unit]!,
      );
    });
    h = after.map(state => state.h);
    c = after.map(state => state.c);
    yield { step: at + 1, before, memory, h, c };
  }
}

type GateSum = Omit<GateStep, 'terms'>;

/** Every gate of one unit (from 0) at one step, in numbers. */
function gatesOf(cell: Cell, unit: number, x: ArrayLike<number>, h: ArrayLike<number>): readonly GateSum[] {
  const { units, gates, weight, recurrent, bias, recurrentBias } = cell;
  const columns = units * gates.length;
  const made: GateSum[] = [];
  gates.forEach(({ name, activation: f, role, resetBy }, gate) => {
    const column = gate * units + unit;
    const weighted = (values: ArrayLike<number>, weights: Float32Array): number => {
      let sum = 0;
      for (let i = 0; i < values.length; i++) sum += values[i]! * weights[i * columns + column]!;
      return sum;
    };
    const [inputSum, recurrentSum] = [weighted(x, weight), weighted(h, recurrent)];
    const reset = made.find(before => before.gate === resetBy);
    const inner = reset && recurrentBias![unit]!;
    const own = bias[column]!;
    const z = inputSum + own + (reset ? reset.y * (recurrentSum + inner!) : recurrentSum);
    made.push({
      gate: name,
      role,
      inputSum,
      recurrentSum,
      bias: own,
      ...(inner === undefined ? {} : { recurrentBias: inner }),
      z,
      activation: f,
      y: activation(f).output(z),
    });
  });
  return made;
}

/** The same with every product. */
function gateSteps(
  cell: Cell,
  unit: number,
  x: ArrayLike<number>,
  h: ArrayLike<number>,
  names: readonly string[],
): readonly GateStep[] {
  const columns = cell.units * cell.gates.length;
  return gatesOf(cell, unit, x, h).map((sums, gate) => {
    const terms = (name: string, values: ArrayLike<number>, weights: Float32Array): CellTerm[] =>
      Array.from(values, (value, i) => {
        const w = weights[i * columns + gate * cell.units + unit]!;
        const told = name === 'x' ? names[i] : undefined;
        return { name: told ?? `${name}[${i + 1}]`, x: value, w, product: value * w };
      });
    return { ...sums, terms: [...terms('x', x, cell.weight), ...terms('h', h, cell.recurrent)] };
  });
}

function stepsOf(subject: Subject, layer: PlacedLayer, x: Float32Array, unit: number) {
  const [time, features] = layer.inputShape as [number, number];
  const { directions } = kindOf(layer.spec).recurrence!(layer.spec);
  const units = layer.outputShape.at(-1)! / directions.length;
  const { suffix, reverse } = directions[Math.floor((unit - 1) / units)]!;
  const cell = cellOf(subject, layer, suffix);
  const own = (unit - 1) % units;
  const names = stepNames(subject, layer);
  const steps = Array.from(walk(cell, x, time, features, reverse), ({ step, before, memory, h, c }): CellStep => {
    const now = x.subarray((step - 1) * features, step * features);
    const carried = cell.remembers ? { h: before[own]!, c: memory[own]! } : { h: before[own]! };
    return {
      step,
      gates: gateSteps(cell, own, now, before, names),
      before: carried,
      h: h[own]!,
      ...(cell.remembers ? { c: c[own]! } : {}),
    };
  });
  return { backwards: reverse, steps };
}
