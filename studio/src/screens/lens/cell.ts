/** One recurrent unit on one sequence, step by step; what a unit computes is told by the layer's own record. */
import { gru, kindOf, lstm, type Recurrence, rnn } from 'hillock/lab';
import { activation } from 'hillock/neuron';

const specs = { rnn: rnn(1), gru: gru(1), lstm: lstm(1) } as const;
export type CellName = keyof typeof specs;
export const cellNames = Object.keys(specs) as CellName[];

export const recurrenceOf = (name: CellName): Recurrence => kindOf(specs[name]).recurrence!(specs[name]);

/** Of a gate: the weight of x, the weight of the output before, the bias. */
export interface GateWeights {
  readonly w: number;
  readonly u: number;
  readonly b: number;
}

export interface GateStep extends GateWeights {
  readonly name: string;
  readonly role: string;
  readonly activation: string;
  readonly z: number;
  readonly y: number;
  /** The output of the gate that multiplies u·h, where one does. */
  readonly reset?: number | undefined;
}

export interface CellStep {
  readonly x: number;
  readonly before: { readonly h: number; readonly c: number };
  readonly gates: readonly GateStep[];
  readonly h: number;
  readonly c: number;
}

/** All steps of a sequence from h = c = 0; `nudge` is added to what step `at` carries on: its memory, or its output where it has none. */
export function run(
  { gates, next, remembers }: Recurrence,
  weights: readonly GateWeights[],
  sequence: readonly number[],
  { at, nudge }: { readonly at: number; readonly nudge: number } = { at: -1, nudge: 0 },
): readonly CellStep[] {
  let [h, c] = [0, 0];
  return sequence.map((x, t) => {
    const before = { h, c };
    const made: GateStep[] = [];
    gates.forEach((gate, i) => {
      const { w, u, b } = weights[i]!;
      const reset = made.find(({ name }) => name === gate.resetBy)?.y;
      const z = w * x + (reset ?? 1) * u * h + b;
      const y = activation(gate.activation).output(z);
      made.push({ name: gate.name, role: gate.role, activation: gate.activation, w, u, b, z, y, reset });
    });
    const after = next(
      made.map(({ y }) => y),
      h,
      c,
    );
    const more = t === at ? nudge : 0;
    h = after.h + (remembers ? 0 : more);
    c = after.c + (remembers ? more : 0);
    return { x, before, gates: made, h, c };
  });
}

/** How the output at the end changes with what each step carries on, by central differences. */
export function gradients(recurrence: Recurrence, weights: readonly GateWeights[], sequence: readonly number[]) {
  const nudge = 1e-5;
  const end = (at: number, by: number): number => run(recurrence, weights, sequence, { at, nudge: by }).at(-1)?.h ?? 0;
  return sequence.map((_, at) => (end(at, nudge) - end(at, -nudge)) / (2 * nudge));
}
