/** The steps of gated recurrent units, and back. */
import type { Value } from '../graph/index.ts';
import {
  add,
  concat,
  matMul,
  mul,
  reshape,
  type ScanGradient,
  scan,
  sigmoid,
  slice,
  split,
  sub,
  tanh,
  zerosLike,
} from '../ops/index.ts';
import { type Direction, joined, product, type States, turned, withOuter } from './recurrence.ts';

type Eight = readonly [Value, Value, Value, Value, Value, Value, Value, Value];

/** From what each step keeps: h, the gates r and z, the candidate n and its recurrent sum, h before − n, [h before; x]. */
const gradient: ScanGradient = ([dLast, dAll, ...dKept], { inputs, outputs, attrs }) => {
  if (dKept.some(d => d !== null)) return null;
  const [, x, gates, state, , candidate] = inputs as unknown as Eight;
  const [last, , ...kept] = outputs as unknown as Eight;
  const units = last.type.shape[0] as number;
  const width = gates.type.shape[1] as number;
  // The rows of r, z and the recurrent sum of n share one product; the last of them has no weights for x.
  const sums = zerosLike(concat([gates, slice(gates, 0, 0, units)], 0));
  const back = scan(
    {
      state: [dLast ?? zerosLike(last), sums, zerosLike(candidate)],
      sequences: [x, ...kept, ...(dAll ? [dAll] : [])],
      shared: [concat([turned(gates, 0, units), turned(state, 0)], 1)],
      reverse: !attrs.readsBackwards[0],
    },
    ([arriving, sum, sumOfCandidate], elements, [wT]) => {
      const [now, r, z, n, stateSum, difference, hx, dy] = elements as unknown as Eight;
      const dh = dy ? add(arriving!, dy) : arriving!;
      const stays = mul(dh, z);
      const dn = sub(dh, stays);
      const dCandidate = sub(dn, mul(dn, mul(n, n)));
      const dz = concat(
        [
          mul(mul(dCandidate, stateSum), sub(r, mul(r, r))),
          mul(mul(dh, difference), sub(z, mul(z, z))),
          mul(dCandidate, r),
        ],
        0,
      );
      return {
        state: [product(wT!, dz, stays), withOuter(sum!, dz, hx), withOuter(sumOfCandidate!, dCandidate, now)],
        emit: [dz, dCandidate],
      };
    },
  );
  const [dh, sum, dCandidate] = back.state as readonly [Value, Value, Value];
  const [dz, dSums] = back.stacked as readonly [Value, Value];
  const dx = add(matMul(turned(gates, units), slice(dz, 1, 0, 2 * units)), matMul(turned(candidate, 0), dSums));
  const [dGates, dState] = split(sum, 0, [2 * units, units]);
  return [dh, dx, dGates!, slice(dState!, 1, 0, units), slice(dState!, 1, width - 1, width), dCandidate];
};

/** r, z = σ(W·[h before; x]), n = tanh(V·x + r·(U·h before + b)), h = n + z·(h before − n). */
export function runGru({ x, start, parameters, units, reverse, training, sequences }: Direction): States {
  const [weight, recurrent, bias, recurrentBias] = parameters;
  const [gates, candidate] = split(joined(weight!, recurrent!, bias!), 0, [2 * units, units]);
  const { state, stacked } = scan(
    {
      state: [start],
      sequences: [x],
      shared: [
        gates!,
        slice(candidate!, 1, 0, units),
        reshape(recurrentBias!, [units, 1]),
        slice(candidate!, 1, units, candidate!.type.shape[1] as number),
      ],
      reverse,
      ...(training ? { gradient } : {}),
    },
    ([before], [now], [wGates, wState, wBias, wCandidate]) => {
      const hx = concat([before!, now!], 0);
      const [r, z] = split(sigmoid(product(wGates!, hx)), 0, [units, units]);
      const stateSum = product(wState!, before!, wBias!);
      const n = tanh(product(wCandidate!, now!, mul(r!, stateSum)));
      const difference = sub(before!, n);
      const h = add(n, mul(z!, difference));
      return { state: [h], emit: training ? [h, r!, z!, n, stateSum, difference, hx] : sequences ? [h] : [] };
    },
  );
  return { last: state[0]!, all: stacked[0] };
}
