/** What a trained number and an activation take, by the precision of training. */
import { type Optimizer, type OptimizerName, optimizers } from '../optim/index.ts';

/** Names of the rates that a GPU has. */
export type Rate = 'fp32' | 'tf32' | 'bf16';

export interface Precision {
  readonly name: string;
  readonly about: string;
  /** Bytes of a weight as the products read it. */
  readonly weight: number;
  /** Bytes of the float32 copies that the optimiser works on, where there are any. */
  readonly master: number;
  /** Bytes of a gradient as it is kept and sent. */
  readonly gradient: number;
  /** Bytes of a number that the optimiser remembers. */
  readonly slot: number;
  readonly activation: number;
  readonly rate: Rate;
}

const single = { weight: 4, master: 0, gradient: 4, slot: 4, activation: 4 } as const;

/** Every precision by name. */
export const precisions = {
  fp32: { name: 'fp32', about: 'all in float32: 16 bytes a parameter with Adam', ...single, rate: 'fp32' },
  tf32: { name: 'tf32', about: 'kept in float32, products in TensorFloat-32', ...single, rate: 'tf32' },
  bf16: {
    name: 'bf16',
    about:
      'products and activations in 16 bits, gradients, master weights and optimiser in float32: 18 bytes a parameter with Adam (Megatron-LM, DeepSpeed)',
    ...{ weight: 2, master: 4, gradient: 4, slot: 4, activation: 2 },
    rate: 'bf16',
  },
  fp16: {
    name: 'fp16',
    about:
      'products, activations and gradients in 16 bits, master weights, a copy of the gradients and optimiser in float32: 20 bytes a parameter with Adam (Megatron-LM, distributed optimizer)',
    ...{ weight: 2, master: 8, gradient: 2, slot: 4, activation: 2 },
    rate: 'bf16',
  },
  'bf16-short': {
    name: 'bf16-short',
    about: 'as bf16 with gradients in 16 bits: 16 bytes a parameter with Adam (Rajbhandari et al. 2020, ZeRO)',
    ...{ weight: 2, master: 4, gradient: 2, slot: 4, activation: 2 },
    rate: 'bf16',
  },
} satisfies Record<string, Precision>;

export type PrecisionName = keyof typeof precisions;

/** Arrays that an optimiser keeps for each parameter. */
export const slotsOf = (name: OptimizerName): number => (optimizers[name] as Optimizer).slots.length;

/** Bytes of a parameter in training: weight, gradient, and what the optimiser keeps (its master copy among it). */
export function bytesOfParameter(precision: Precision, optimizer: OptimizerName) {
  const { weight, gradient, master, slot } = precision;
  return { weight, gradient, optimizer: master + slot * slotsOf(optimizer) };
}
