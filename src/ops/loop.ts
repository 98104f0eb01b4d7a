/** A counted loop whose body is a graph of its own. */
import { applyAll, type Graph, input, type Op, type Type, type Value } from '../graph/index.ts';
import { checkGiven, checkState, closedBody } from './body.ts';
import { reject } from './check.ts';

interface LoopAttrs {
  readonly body: Graph;
  readonly carried: number;
  readonly trips: string;
}

/** Inputs: trip count (int64 scalar), initial state …, captured values …; outputs: final state …, stacked outputs …. */
const Loop: Op<LoopAttrs> = {
  name: 'Loop',
  infer([count, ...rest], { body, carried, trips }) {
    if (count!.dtype !== 'int64') reject('Loop', 'an int64 trip count', [count!]);
    const state = rest.slice(0, carried);
    checkState('Loop', state, body.outputs.slice(1));
    checkGiven('Loop', 'input', rest, body.inputs.slice(2));
    const stacked = body.outputs
      .slice(1 + carried)
      .map((value): Type => ({ dtype: value.type.dtype, shape: [trips, ...value.type.shape] }));
    return [...state, ...stacked];
  },
  // The condition, second among the operands, is left out.
  emit: ({ body, carried }) => ({
    operands: [0, null, ...Array.from({ length: carried }, (_, i) => 1 + i)],
    attributes: { body: { graph: body, captured: body.inputs.length - 2 - carried } },
  }),
  vjp: null,
  cases: [],
};

export interface LoopResult {
  readonly state: readonly Value[];
  readonly stacked: readonly Value[];
}

/**
 * Runs `step(iteration, state)` `count` times (int64 scalar); the state is carried from trip to trip,
 * `emit` values are stacked along a new first axis named `trips`.
 */
export function loop(
  count: Value,
  initial: readonly Value[],
  trips: string,
  step: (iteration: Value, state: readonly Value[]) => { state: readonly Value[]; emit: readonly Value[] },
): LoopResult {
  const iteration = input('iteration', [], 'int64');
  const going = input('going', [], 'bool');
  const before = initial.map((value, i) => input(`state_${i}`, value.type.shape, value.type.dtype));
  const { state, emit } = step(iteration, before);
  const { body, captured } = closedBody([iteration, going, ...before], [going, ...state, ...emit]);
  const outputs = applyAll(Loop, [count, ...initial, ...captured], { body, carried: initial.length, trips });
  return { state: outputs.slice(0, initial.length), stacked: outputs.slice(initial.length) };
}

export const loopOps: readonly Op[] = [Loop];
