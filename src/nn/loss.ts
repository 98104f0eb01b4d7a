import type { Value } from '../graph/index.ts';
import { add, logSoftmax, mul, neg, reduceMean, reduceSum, scalar, scale, softplus, sub } from '../ops/index.ts';

/** A loss: one number a row, as a graph. */
export interface Loss {
  readonly name: string;
  /** Formula and what the target is. */
  readonly about: string;
  /** y […, batch, outputs], target [batch, outputs] → […, batch, 1]; smoothing in [0, 1) moves the target towards uniform. */
  build(prediction: Value, target: Value, smoothing: number): Value;
}

function smoothed(target: Value, smoothing: number, outcomes: number): Value {
  return smoothing === 0 ? target : add(scale(target, 1 - smoothing), scalar(smoothing / outcomes));
}

/** Every loss by name. */
export const losses = {
  'cross-entropy': {
    name: 'cross-entropy',
    about: '−Σ tₖ log softmax(logits)ₖ; the target is one-hot.',
    build(logits, target, smoothing) {
      const classes = logits.type.shape.at(-1) as number;
      return neg(reduceSum(mul(smoothed(target, smoothing, classes), logSoftmax(logits)), [-1]));
    },
  },
  'binary-cross-entropy': {
    name: 'binary-cross-entropy',
    about: 'softplus(z) − t·z, the stable form of −t log σ(z) − (1 − t) log(1 − σ(z)); the target is 0 or 1.',
    build: (logit, target, smoothing) => sub(softplus(logit), mul(smoothed(target, smoothing, 2), logit)),
  },
  'squared-error': {
    name: 'squared-error',
    about: '(ŷ − t)², averaged over rows and outputs.',
    build(prediction, target) {
      const error = sub(prediction, target);
      return reduceMean(mul(error, error), [-1]);
    },
  },
} satisfies Record<string, Loss>;

export type LossName = keyof typeof losses;
