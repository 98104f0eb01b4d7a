/** The steps of an Elman network, and back. */
import type { Value } from '../graph/index.ts';
import {
  add,
  concat,
  matMul,
  mul,
  positive,
  relu,
  type ScanGradient,
  scan,
  sub,
  tanh,
  zerosLike,
} from '../ops/index.ts';
import { type Direction, joined, product, type States, turned, withOuter } from './recurrence.ts';

interface Bend {
  f(z: Value): Value;
  /** The gradient of z from that of h = f(z). */
  back(dh: Value, h: Value): Value;
}

const bends: Readonly<Record<'tanh' | 'relu', Bend>> = {
  tanh: { f: tanh, back: (dh, h) => sub(dh, mul(dh, mul(h, h))) },
  relu: { f: relu, back: (dh, h) => mul(dh, positive(h)) },
};

/** From what each step keeps: h, [h before; x]. */
const gradientOf =
  ({ back }: Bend): ScanGradient =>
  ([dLast, dAll, dKept], { inputs, outputs, attrs }) => {
    if (dKept) return null;
    const [, , w] = inputs as readonly [Value, Value, Value];
    const [last, all, kept] = outputs as readonly [Value, Value, Value];
    const units = last.type.shape[0] as number;
    const { state, stacked } = scan(
      {
        state: [dLast ?? zerosLike(last), zerosLike(w)],
        sequences: [all, kept, ...(dAll ? [dAll] : [])],
        shared: [turned(w, 0, units)],
        reverse: !attrs.readsBackwards[0],
      },
      ([arriving, sum], [h, hx, dy], [wT]) => {
        const dz = back(dy ? add(arriving!, dy) : arriving!, h!);
        return { state: [product(wT!, dz), withOuter(sum!, dz, hx!)], emit: [dz] };
      },
    );
    return [state[0]!, matMul(turned(w, units), stacked[0]!), state[1]!];
  };

/** h = f(W·[h before; x]). */
export function runRnn(activation: keyof typeof bends, direction: Direction): States {
  const { x, start, parameters, reverse, training, sequences } = direction;
  const [weight, recurrent, bias] = parameters;
  const bend = bends[activation];
  const { state, stacked } = scan(
    {
      state: [start],
      sequences: [x],
      shared: [joined(weight!, recurrent!, bias!)],
      reverse,
      ...(training ? { gradient: gradientOf(bend) } : {}),
    },
    ([before], [now], [w]) => {
      const hx = concat([before!, now!], 0);
      const h = bend.f(product(w!, hx));
      return { state: [h], emit: training ? [h, hx] : sequences ? [h] : [] };
    },
  );
  return { last: state[0]!, all: stacked[0] };
}
