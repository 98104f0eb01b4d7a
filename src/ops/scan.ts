/** A recurrence over the first axis of sequences, whose body is a graph of its own; its gradient is one too. */
import {
  applyAll,
  type Graph,
  input,
  type Op,
  type Type,
  topological,
  type Value,
  type Vjp,
  type VjpContext,
} from '../graph/index.ts';
import { checkGiven, checkState, closedBody } from './body.ts';
import { reject } from './check.ts';
import { zerosLike } from './gather.ts';
import { add } from './math.ts';

export interface ScanAttrs {
  /** Inputs: state …, a step of each sequence …, captured values …; outputs: state …, what is stacked …. */
  readonly body: Graph;
  readonly states: number;
  /** Of each sequence: whether it is read from its end. */
  readonly readsBackwards: readonly boolean[];
  /** Of each stacked output: whether it is written from its end. */
  readonly writesBackwards: readonly boolean[];
  readonly gradient?: ScanGradient | undefined;
}

/** A gradient in place of the general one, which is taken where this is null. */
export type ScanGradient = (
  dys: readonly (Value | null)[],
  context: VjpContext<ScanAttrs>,
) => readonly (Value | null)[] | null;

/** Inputs: initial state …, sequences [T, …] …, captured values …; outputs: final state …, stacked [T, …] …. */
const Scan: Op<ScanAttrs> = {
  name: 'Scan',
  infer(types, { body, states, readsBackwards }) {
    const operands = states + readsBackwards.length;
    const sequences = types.slice(states, operands);
    const steps = sequences[0]?.shape[0];
    if (steps === undefined || steps === 0 || sequences.some(({ shape }) => shape[0] !== steps))
      reject('Scan', 'sequences of one length', sequences);
    const given = types.map((type, i) =>
      i < states || i >= operands ? type : { dtype: type.dtype, shape: type.shape.slice(1) },
    );
    checkGiven('Scan', 'input', given, body.inputs);
    checkState('Scan', types.slice(0, states), body.outputs);
    const stacked = body.outputs
      .slice(states)
      .map(({ type }): Type => ({ dtype: type.dtype, shape: [steps, ...type.shape] }));
    return [...types.slice(0, states), ...stacked];
  },
  emit({ body, states, readsBackwards, writesBackwards }) {
    const operands = states + readsBackwards.length;
    return {
      operands: [...Array(operands).keys()],
      attributes: {
        body: { graph: body, captured: body.inputs.length - operands },
        num_scan_inputs: { int: readsBackwards.length },
        scan_input_directions: { ints: readsBackwards.map(Number) },
        scan_output_directions: { ints: writesBackwards.map(Number) },
      },
    };
  },
  vjp: (dys, context) => context.attrs.gradient?.(dys, context) ?? generalGradient(dys, context),
  cases: [],
};

export interface ScanInput {
  /** State before the first step. */
  readonly state: readonly Value[];
  /** [T, …]: each step sees one element of the first axis. */
  readonly sequences: readonly Value[];
  /** What every step sees whole. Whatever else `step` reads of the graph around it is found by itself. */
  readonly shared?: readonly Value[];
  /** Reads and writes from the end; or which sequences are read, and which stacked outputs written, from the end. */
  readonly reverse?: boolean | { readonly sequences: readonly boolean[]; readonly stacked: readonly boolean[] };
  readonly gradient?: ScanGradient;
}

/** Runs `step(state, elements, shared)` over sequences; `emit` values are stacked along a new first axis. */
export function scan(
  { state, sequences, shared = [], reverse = false, gradient }: ScanInput,
  step: (
    state: readonly Value[],
    elements: readonly Value[],
    shared: readonly Value[],
  ) => { state: readonly Value[]; emit: readonly Value[] },
): { readonly state: readonly Value[]; readonly stacked: readonly Value[] } {
  const before = state.map(({ type, name }) => input(name ?? 'state', type.shape, type.dtype));
  const elements = sequences.map(({ type, name }) => input(name ?? 'step', type.shape.slice(1), type.dtype));
  const seen = shared.map(({ type, name }) => input(name ?? 'shared', type.shape, type.dtype));
  const after = step(before, elements, seen);
  const { body, captured } = closedBody([...before, ...elements, ...seen], [...after.state, ...after.emit]);
  const all = (count: number): boolean[] => Array<boolean>(count).fill(reverse === true);
  const outputs = applyAll(Scan, [...state, ...sequences, ...shared, ...captured], {
    body,
    states: state.length,
    readsBackwards: typeof reverse === 'object' ? reverse.sequences : all(sequences.length),
    writesBackwards: typeof reverse === 'object' ? reverse.stacked : all(after.emit.length),
    gradient,
  });
  return { state: outputs.slice(0, state.length), stacked: outputs.slice(state.length) };
}

interface Sequence {
  /** What the body sees of it. */
  readonly element: Value;
  readonly backwards: boolean;
  whole(): Value;
}

const isFloat = ({ type }: Value): boolean => type.dtype.startsWith('float');
const placeholder = ({ type }: Value): Value => input('gradient', type.shape, type.dtype);

/**
 * A Scan the other way round: it carries the gradients of the state and the sums over all steps of those of captured
 * values, and reads the states as they were before each step from a second forward Scan.
 */
const generalGradient: Vjp<ScanAttrs> = (dys, { inputs, outputs, attrs, pullback }) => {
  const { body, states, readsBackwards, writesBackwards } = attrs;
  const operands = states + readsBackwards.length;
  const carried = [...Array(states).keys()].filter(i => isFloat(outputs[i]!));
  const arriving = dys.flatMap((dy, i) =>
    dy && i >= states ? [{ i, dy, element: placeholder(body.outputs[i]!) }] : [],
  );
  const before = carried.map(i => placeholder(body.outputs[i]!));
  const found = pullback(
    [
      ...carried.map((i, k) => [body.outputs[i]!, before[k]!] as const),
      ...arriving.map(({ i, element }) => [body.outputs[i]!, element] as const),
    ],
    body.inputs,
  );
  const made = (begin: number, end: number) =>
    found.slice(begin, end).flatMap((d, k) => (d && isFloat(body.inputs[begin + k]!) ? [{ i: begin + k, d }] : []));
  const steps = made(states, operands);
  const sums = made(operands, inputs.length).map(one => ({ ...one, sum: placeholder(inputs[one.i]!) }));
  const results = [
    ...carried.map(i => found[i] ?? zerosLike(body.inputs[i]!)),
    ...sums.map(({ sum, d }) => add(sum, d)),
    ...steps.map(({ d }) => d),
  ];
  const read = new Set(topological(results).flatMap(node => node.outputs));
  const sequences: readonly Sequence[] = [
    ...statesBefore(inputs, attrs, read),
    ...readsBackwards.map((backwards, k) => ({
      element: body.inputs[states + k]!,
      backwards: !backwards,
      whole: () => inputs[states + k]!,
    })),
    ...arriving.map(({ i, dy, element }) => ({ element, backwards: !writesBackwards[i - states], whole: () => dy })),
  ];
  const used = sequences.filter(({ element }) => read.has(element));
  // A Scan needs a sequence to know how many steps there are.
  const kept = used.length > 0 ? used : sequences.slice(-1);
  const seen = body.inputs.slice(operands);
  const reversed = closedBody(
    [...before, ...sums.map(({ sum }) => sum), ...kept.map(({ element }) => element), ...seen],
    results,
  );
  const gradients = applyAll(
    Scan,
    [
      ...carried.map(i => dys[i] ?? zerosLike(outputs[i]!)),
      ...sums.map(({ i }) => zerosLike(inputs[i]!)),
      ...kept.map(({ whole }) => whole()),
      ...inputs.slice(operands),
      ...reversed.captured,
    ],
    {
      body: reversed.body,
      states: carried.length + sums.length,
      readsBackwards: kept.map(({ backwards }) => backwards),
      writesBackwards: steps.map(({ i }) => !readsBackwards[i - states]),
    },
  );
  const byInput = new Map([...carried, ...[...sums, ...steps].map(({ i }) => i)].map((i, k) => [i, gradients[k]!]));
  return inputs.map((_, i) => byInput.get(i) ?? null);
};

/** The states that are `read`, as they were before each step. */
function statesBefore(inputs: readonly Value[], attrs: ScanAttrs, read: ReadonlySet<Value>): readonly Sequence[] {
  const { body, states } = attrs;
  const wanted = body.inputs.slice(0, states).filter(value => read.has(value));
  if (wanted.length === 0) return [];
  const again = closedBody(body.inputs, [...body.outputs.slice(0, states), ...wanted]).body;
  const outputs = applyAll(Scan, inputs, {
    ...attrs,
    body: again,
    writesBackwards: wanted.map(() => false),
    gradient: undefined,
  });
  return wanted.map((element, k) => ({ element, backwards: true, whole: () => outputs[states + k]! }));
}

export const scanOps: readonly Op[] = [Scan as Op];
