/** When a neuron counts as dead, saturated or constant. */
import { type ActivationName, activations } from '../neuron/index.ts';

/**
 * `dead`: flat in every row, with ŷ = 0 or next to it (a ReLU whose z is never above 0); `saturated`: flat in more
 * than 95 % of the rows; `constant`: the same ŷ in every row. Flat: |f′(z)| is below 1 % of its largest value.
 */
export type NeuronState = 'ok' | 'dead' | 'saturated' | 'constant';

/** Share of its largest value below which a slope is flat. */
const flatShare = 0.01;
/** Share of rows above which a flat neuron is saturated. */
const saturatedShare = 0.95;

const steepest = new Map<ActivationName, number>();

/** The |f′(z)| below which an activation is flat: 1 % of its largest value, looked for in −20 … 20. */
export function slopeLimit(name: ActivationName): number {
  const known = steepest.get(name);
  if (known !== undefined) return known;
  const { derivative } = activations[name];
  let most = 0;
  for (let z = -20; derivative && z <= 20; z += 0.125) most = Math.max(most, Math.abs(derivative(z)));
  steepest.set(name, flatShare * most);
  return flatShare * most;
}

/** What was seen of a neuron: shares of rows with ŷ = 0 and with a flat activation, and the range of ŷ. */
export interface Seen {
  readonly zero: number;
  readonly flat: number;
  readonly min: number;
  readonly max: number;
}

/** The state of a neuron by what was seen of it; one row alone cannot tell. */
export function verdictOf(name: ActivationName, { zero, flat, min, max }: Seen, rows: number): NeuronState {
  if (rows < 2) return 'ok';
  const { range, derivative } = activations[name];
  const bounded = range.every(Number.isFinite);
  if (!bounded && flat === 1) return 'dead';
  if (!derivative && zero === 1) return 'dead';
  if (bounded && flat > saturatedShare) return 'saturated';
  return min === max ? 'constant' : 'ok';
}
