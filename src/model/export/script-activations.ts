/** Activation functions as functions of one number. */
import type { ActivationName } from '../../neuron/index.ts';
import type { Helper } from './script-text.ts';

const erf: Helper = {
  text: t => t`/** The error function, by the series e^(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!. */
function erf(x‹: number›)‹: number› {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}`,
};

const softplus: Helper = {
  text: t => t`function softplus(z‹: number›)‹: number› {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}`,
};

interface Written {
  readonly name: string;
  readonly helper: Helper;
}

const written = (name: string, value: string, needs: readonly Helper[] = []): Written => ({
  name,
  helper: {
    needs,
    text: t => t`function ${name}(z‹: number›)‹: number› {
  return ${value};
}`,
  },
});

/** Every activation; one that is not here does not compile. */
export const activationHelpers: Readonly<Record<ActivationName, Written>> = {
  step: written('step', 'z > 0 ? 1 : 0'),
  relu: written('relu', 'Math.max(z, 0)'),
  sigmoid: written('sigmoid', '1 / (1 + Math.exp(-z))'),
  tanh: written('tanh', 'Math.tanh(z)'),
  linear: written('linear', 'z'),
  'leaky-relu': written('leakyRelu', 'z > 0 ? z : 0.01 * z'),
  elu: written('elu', 'z > 0 ? z : Math.expm1(z)'),
  selu: written('selu', '1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z))'),
  gelu: written('gelu', '0.5 * z * (1 + erf(z * Math.SQRT1_2))', [erf]),
  silu: written('silu', 'z / (1 + Math.exp(-z))'),
  mish: written('mish', 'z * Math.tanh(softplus(z))', [softplus]),
  softplus: { name: 'softplus', helper: softplus },
};
