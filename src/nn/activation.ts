import type { Value } from '../graph/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import {
  add,
  div,
  erf,
  exp,
  min,
  mul,
  positive,
  relu,
  scalar,
  scale,
  sigmoid,
  softplus,
  sub,
  tanh,
} from '../ops/index.ts';

/** min(z, 0) with slope 1 at 0, where `min` would halve it between its two sides. */
const below = (z: Value): Value => sub(z, relu(z));

const elu = (z: Value, alpha: number): Value => add(relu(z), scale(sub(exp(below(z)), scalar(1)), alpha));

/** The activation functions of `neuron/` as graphs, elementwise; a missing one does not compile. */
const graphs: Record<ActivationName, (z: Value) => Value> = {
  step: positive,
  relu,
  sigmoid,
  tanh,
  linear: z => z,
  'leaky-relu': z => add(relu(z), scale(below(z), 0.01)),
  elu: z => elu(z, 1),
  selu: z => scale(elu(z, 1.6732632423543772), 1.0507009873554805),
  gelu: z => mul(scale(z, 0.5), add(erf(scale(z, Math.SQRT1_2)), scalar(1))),
  silu: z => mul(z, sigmoid(z)),
  mish: z => mishOf(z),
  softplus,
};

/** z·tanh(softplus z) through one exponential: with e = exp(min(z, 20)), tanh(ln(1 + e)) = (e² + 2e) / (e² + 2e + 2). */
function mishOf(z: Value): Value {
  const e = exp(min(z, scalar(20)));
  const n = mul(e, add(e, scalar(2)));
  return mul(z, div(n, add(n, scalar(2))));
}

/** ŷ = f(z), elementwise. */
export const activate = (z: Value, name: ActivationName): Value => graphs[name](z);
