/** A counted loop whose body is a graph of its own. */
import { applyAll, type Graph, input, type Node, type Op, type Type, topological, type Value } from '../graph/index.ts';
import { reject, sameShape } from './check.ts';

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
    const after = body.outputs.slice(1, 1 + carried).map(value => value.type);
    state.forEach((type, i) => {
      if (type.dtype !== after[i]!.dtype || !sameShape(type.shape, after[i]!.shape))
        reject(`Loop state ${i}`, 'the type it started with', [type, after[i]!]);
    });
    const stacked = body.outputs
      .slice(1 + carried)
      .map((value): Type => ({ dtype: value.type.dtype, shape: [trips, ...value.type.shape] }));
    return [...state, ...stacked];
  },
  emit: ({ body, carried }) => ({ operands: 1 + carried, attributes: { body: { graph: body } } }),
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
  const body: Graph = { inputs: [iteration, going, ...before], outputs: [going, ...state, ...emit] };
  const captured = captures(body);
  const outputs = applyAll(Loop, [count, ...initial, ...captured], { body, carried: initial.length, trips });
  return { state: outputs.slice(0, initial.length), stacked: outputs.slice(initial.length) };
}

/** What a body reads of the graph around it: input leaves, and values computed from them without the body's own inputs. */
function captures(body: Graph): readonly Value[] {
  const own = new Set(body.inputs);
  const inside = new Set<Node>();
  const outside = new Set<Node>();
  const found = new Set<Value>();
  for (const node of topological(body.outputs)) {
    const isOwn = node.op.leaf === 'input' && own.has(node.outputs[0]!);
    if (isOwn || node.inputs.some(x => inside.has(x.node))) {
      inside.add(node);
      for (const x of node.inputs) if (outside.has(x.node)) found.add(x);
    } else if (node.op.leaf === 'input' || node.inputs.some(x => outside.has(x.node))) outside.add(node);
  }
  for (const output of body.outputs) if (outside.has(output.node)) found.add(output);
  return [...found];
}

export const loopOps: readonly Op[] = [Loop];
