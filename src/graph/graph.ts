import type { DType, Tensor } from './tensor.ts';

/** A size known now, or the name of one that is only known at run time and equals nothing but itself. */
export type Dim = number | string;

export interface Type {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/** One output of a node. `name` is a label for people and for ONNX; it does not change the meaning. */
export interface Value {
  readonly node: Node;
  readonly index: number;
  readonly type: Type;
  name: string | undefined;
}

export interface Node {
  readonly op: Op;
  readonly inputs: readonly Value[];
  readonly attrs: unknown;
  readonly outputs: readonly Value[];
}

/** Inputs and outputs of a closed piece of graph: a whole model or the body of a loop. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  /** A body; its last `captured` inputs are the node's last ones, seen from inside. */
  | { readonly graph: Graph; readonly captured: number };

/** How a node is written in ONNX: domain, name, attributes, and constants that follow its inputs. */
export interface Emission {
  readonly domain?: string;
  /** Its name in that domain, when the op has another. */
  readonly opType?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly constants?: readonly Tensor[];
  /** Which of the node's inputs are operands, null = one that is left out; the others are only captured by a sub-graph. Absent: all. */
  readonly operands?: readonly (number | null)[];
}

/** Gradients of Σ ⟨output, its gradient⟩ with respect to each of `wrt`, null where nothing depends on it. */
export type Pullback = (
  seeds: readonly (readonly [output: Value, gradient: Value])[],
  wrt: readonly Value[],
) => readonly (Value | null)[];

export interface VjpContext<A> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attrs: A;
  /** For ops with a body: the reverse walk over it. */
  readonly pullback: Pullback;
}

/** From the gradients of a node's outputs to those of its inputs (null = none). */
export type Vjp<A> = {
  rule(dys: readonly (Value | null)[], context: VjpContext<A>): readonly (Value | null)[];
}['rule'];

/** One test case of an op: shapes (or tensors) in, where they are drawn from, and whether it is linear in each float input. */
export interface OpCase<A> {
  readonly inputs: readonly (readonly number[] | Tensor)[];
  readonly attrs: A;
  readonly domain?: Domain;
  readonly linear?: boolean;
}

/** Where the test draws float inputs: everywhere, above 0.2, at least 0.2 away from 0, or distinct by 0.05. */
export type Domain = 'any' | 'positive' | 'off-zero' | 'distinct';

/**
 * An operation: ONNX name, shape rule (throws on wrong shapes), ONNX form, gradient rule
 * (`null` = declared not differentiable) and the cases its tests run.
 */
export interface Op<A = unknown> {
  readonly name: string;
  /** `input` and `constant` are leaves: they are not written as nodes. */
  readonly leaf?: 'input' | 'constant';
  /** Each element of the output comes from the elements at its place, after broadcasting. */
  readonly elementwise?: true;
  infer(types: readonly Type[], attrs: A): readonly Type[];
  emit(attrs: A, types: readonly Type[]): Emission;
  readonly vjp: Vjp<A> | null;
  readonly cases: readonly OpCase<A>[];
}

/** Applies an op; throws a `TypeError` naming op, expected and got when shapes do not fit. */
export function applyAll<A>(op: Op<A>, inputs: readonly Value[], attrs: A): readonly Value[] {
  const types = op.infer(
    inputs.map(input => input.type),
    attrs,
  );
  const outputs: Value[] = [];
  const node: Node = { op: op as Op, inputs, attrs, outputs };
  types.forEach((type, index) => {
    outputs.push({ node, index, type, name: undefined });
  });
  return outputs;
}

/** Applies an op with one output. */
export function apply<A>(op: Op<A>, inputs: readonly Value[], attrs: A): Value {
  return applyAll(op, inputs, attrs)[0]!;
}

const inputOp: Op<{ name: string; type: Type }> = {
  name: 'Input',
  leaf: 'input',
  infer: (_, { type }) => [type],
  emit: () => ({}),
  vjp: null,
  cases: [],
};

const constantOp: Op<Tensor> = {
  name: 'Constant',
  leaf: 'constant',
  infer: (_, { dtype, shape }) => [{ dtype, shape }],
  emit: () => ({}),
  vjp: null,
  cases: [],
};

/** A leaf fed at run time. */
export function input(name: string, shape: readonly Dim[], dtype: DType = 'float32'): Value {
  const value = apply(inputOp, [], { name, type: { dtype, shape } });
  value.name = name;
  return value;
}

/** A leaf whose values are part of the model. */
export function constant(tensor: Tensor, name?: string): Value {
  const value = apply(constantOp, [], tensor);
  value.name = name;
  return value;
}

/** The tensor of a constant leaf, or undefined. */
export function constantTensor(value: Value): Tensor | undefined {
  return value.node.op.leaf === 'constant' ? (value.node.attrs as Tensor) : undefined;
}

/** Gives a value a label and returns it. */
export function named(value: Value, name: string): Value {
  value.name = name;
  return value;
}

/** Every node that `outputs` depend on, each after its inputs; does not go past `boundary`. Iterative: depth is not bounded by the stack. */
export function topological(outputs: readonly Value[], boundary: ReadonlySet<Value> = new Set()): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  const stack = outputs.filter(value => !boundary.has(value)).map(value => value.node);
  stack.reverse();
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    const seen = state.get(node);
    if (seen === 'done') {
      stack.pop();
    } else if (seen === 'open') {
      stack.pop();
      state.set(node, 'done');
      order.push(node);
    } else {
      state.set(node, 'open');
      for (let i = node.inputs.length - 1; i >= 0; i--) {
        const value = node.inputs[i]!;
        if (!boundary.has(value) && !state.has(value.node)) stack.push(value.node);
      }
    }
  }
  return order;
}

/** A type as a person reads it: `float32[32, 10]`. */
export function typeText(type: Type): string {
  return `${type.dtype}[${type.shape.join(', ')}]`;
}

/** The graph as text, one node a line: `z: float32[N, 4] = Gemm(x, w, b)`. */
export function print(outputs: readonly Value[]): string {
  const names = new Map<Value, string>();
  const nameOf = (value: Value): string => {
    const known = names.get(value);
    if (known) return known;
    const name = value.name ?? `%${names.size}`;
    names.set(value, name);
    return name;
  };
  return topological(outputs)
    .filter(node => !node.op.leaf)
    .map(node => {
      const left = node.outputs.map(value => `${nameOf(value)}: ${typeText(value.type)}`).join(', ');
      return `${left} = ${node.op.name}(${node.inputs.map(nameOf).join(', ')})`;
    })
    .join('\n');
}
