import { applyAll, type Node, topological, type Value } from '../graph/index.ts';

/** A rule: the replacement of a node's only output, or null to leave it. Uses tell how often a value is read. */
export type Rule = (node: Node, uses: ReadonlyMap<Value, number>) => Value | null;

/** The node behind a value, when it is one of `op`. */
export const madeBy = (value: Value | undefined, op: string): Node | null =>
  value?.node.op.name === op ? value.node : null;

/** Rebuilds the graph behind `outputs`, replacing what a rule matches; values keep their names. */
export function rewrite(outputs: readonly Value[], rules: readonly Rule[]): readonly Value[] {
  const order = topological(outputs);
  const uses = new Map<Value, number>();
  const count = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of order) node.inputs.forEach(count);
  outputs.forEach(count);
  const replaced = new Map<Value, Value>();
  const now = (value: Value): Value => replaced.get(value) ?? value;
  const old = new Set(order.flatMap(node => node.outputs));
  for (const node of order) {
    const match = firstMatch(node, rules, uses);
    if (match) {
      replaced.set(node.outputs[0]!, rebuild(match, old, now));
      continue;
    }
    if (!node.inputs.some(value => replaced.has(value))) continue;
    applyAll(node.op, node.inputs.map(now), node.attrs).forEach((value, i) => {
      value.name = node.outputs[i]!.name;
      replaced.set(node.outputs[i]!, value);
    });
  }
  return outputs.map(now);
}

function firstMatch(node: Node, rules: readonly Rule[], uses: ReadonlyMap<Value, number>): Value | null {
  for (const rule of rules) {
    const match = rule(node, uses);
    if (match) return match;
  }
  return null;
}

/** A replacement is written over the old graph: what it reads of it is taken in its new form. */
function rebuild(value: Value, old: ReadonlySet<Value>, now: (value: Value) => Value): Value {
  const made = new Map<Node, readonly Value[]>();
  const current = (input: Value): Value => made.get(input.node)?.[input.index] ?? now(input);
  for (const node of topological([value], old)) {
    const inputs = node.inputs.map(current);
    if (inputs.some((input, i) => input !== node.inputs[i])) made.set(node, applyAll(node.op, inputs, node.attrs));
  }
  return current(value);
}
