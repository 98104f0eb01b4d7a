/** The steps of a long short-term memory, and back. */
import type { Value } from '../graph/index.ts';
import {
  add,
  concat,
  matMul,
  mul,
  type ScanGradient,
  scan,
  sigmoid,
  split,
  sub,
  tanh,
  zerosLike,
} from '../ops/index.ts';
import { type Direction, joined, product, type States, turned, withOuter } from './recurrence.ts';

type Eleven = readonly [Value, Value, Value, Value, Value, Value, Value, Value, Value, Value, Value];

/**
 * From what each step keeps: h, the gates i, f, o, g, f·c before, i·g, tanh c, [h before; x]. The slopes are products of
 * these: with respect to the sums of i, f, o and g they are i·g·(1 − i), f·c·(1 − f), h·(1 − o) and i·(1 − g²).
 */
const gradient: ScanGradient = ([dLast, dMemory, dAll, ...dKept], { inputs, outputs, attrs }) => {
  if (dKept.some(d => d !== null)) return null;
  const [, , , sigmoids, cell] = inputs as unknown as Eleven;
  const [last, memory, ...kept] = outputs as unknown as Eleven;
  const units = last.type.shape[0] as number;
  const w = concat([sigmoids, cell], 0);
  const { state, stacked } = scan(
    {
      state: [dLast ?? zerosLike(last), dMemory ?? zerosLike(memory), zerosLike(w)],
      sequences: [...kept, ...(dAll ? [dAll] : [])],
      shared: [turned(w, 0, units)],
      reverse: !attrs.readsBackwards[0],
    },
    ([arriving, dcArriving, sum], elements, [wT]) => {
      const [h, i, f, o, g, keeps, takes, bent, hx, dy] = elements as unknown as Eleven;
      const dh = dy ? add(arriving!, dy) : arriving!;
      const dc = add(dcArriving!, mul(dh, sub(o, mul(h, bent))));
      const dz = concat(
        [
          mul(dc, sub(takes, mul(takes, i))),
          mul(dc, sub(keeps, mul(keeps, f))),
          mul(dh, sub(h, mul(h, o))),
          mul(dc, sub(i, mul(takes, g))),
        ],
        0,
      );
      return { state: [product(wT!, dz), mul(dc, f), withOuter(sum!, dz, hx)], emit: [dz] };
    },
  );
  const [dh, dc, dw] = state as readonly [Value, Value, Value];
  return [dh, dc, matMul(turned(w, units), stacked[0]!), ...split(dw, 0, [3 * units, units])];
};

/** i, f, o = σ and g = tanh of W·[h before; x], c = f·c before + i·g, h = o·tanh c. */
export function runLstm({ x, start, parameters, units, reverse, training, sequences }: Direction): States {
  const [weight, recurrent, bias] = parameters;
  const [inputForget, cell, output] = split(joined(weight!, recurrent!, bias!), 0, [2 * units, units, units]);
  const { state, stacked } = scan(
    {
      state: [start, start],
      sequences: [x],
      shared: [concat([inputForget!, output!], 0), cell!],
      reverse,
      ...(training ? { gradient } : {}),
    },
    ([before, memory], [now], [wSigmoids, wCell]) => {
      const hx = concat([before!, now!], 0);
      const [i, f, o] = split(sigmoid(product(wSigmoids!, hx)), 0, [units, units, units]);
      const g = tanh(product(wCell!, hx));
      const keeps = mul(f!, memory!);
      const takes = mul(i!, g);
      const c = add(keeps, takes);
      const bent = tanh(c);
      const h = mul(o!, bent);
      return { state: [h, c], emit: training ? [h, i!, f!, o!, g, keeps, takes, bent, hx] : sequences ? [h] : [] };
    },
  );
  return { last: state[0]!, all: stacked[0] };
}
