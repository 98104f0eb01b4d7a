import { applyAll, type Node, sizeOf, type Tensor, topological, type Value } from '../graph/index.ts';

/** Constants of so many elements are compared by their values. */
const smallConstant = 4096;

/** Computes equal things once: nodes of one op with equal attributes and equal inputs become one. */
export function share(outputs: readonly Value[]): readonly Value[] {
  const known = new Map<string, readonly Value[]>();
  const ids = new Map<Value, number>();
  const kept = new Map<Value, Value>();
  const now = (value: Value): Value => kept.get(value) ?? value;
  const idOf = (value: Value): number => {
    const id = ids.get(value) ?? ids.size;
    ids.set(value, id);
    return id;
  };
  for (const node of topological(outputs)) {
    const inputs = node.inputs.map(now);
    const key = keyOf(node, inputs.map(idOf));
    const same = key === null ? undefined : known.get(key);
    const values = same ?? (inputs.some((value, i) => value !== node.inputs[i]) ? copy(node, inputs) : node.outputs);
    if (key !== null && !same) known.set(key, values);
    node.outputs.forEach((value, i) => {
      if (values[i] !== value) kept.set(value, values[i]!);
    });
  }
  return outputs.map(now);
}

function copy(node: Node, inputs: readonly Value[]): readonly Value[] {
  const values = applyAll(node.op, inputs, node.attrs);
  values.forEach((value, i) => {
    value.name = node.outputs[i]!.name;
  });
  return values;
}

/** What makes a node equal to another; null = it is never shared. */
function keyOf({ op, attrs }: Node, inputs: readonly number[]): string | null {
  if (op.leaf === 'input') return null;
  if (op.leaf === 'constant') {
    const { dtype, shape, data } = attrs as Tensor;
    return sizeOf(shape) <= smallConstant
      ? `constant ${dtype} [${shape}] ${Array.from(data as ArrayLike<unknown>, v => String(Object.is(v, -0) ? '-0' : v)).join(' ')}`
      : null;
  }
  return holdsGraph(attrs) ? null : `${op.name} ${JSON.stringify(attrs)} (${inputs})`;
}

const holdsGraph = (attrs: unknown): boolean =>
  typeof attrs === 'object' &&
  attrs !== null &&
  Object.values(attrs).some(value => typeof value === 'object' && value !== null && 'outputs' in value);
