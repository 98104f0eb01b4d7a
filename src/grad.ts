import { constant, f32, type Node, type Pullback, topological, type Value } from './graph/index.ts';
import { add, expand } from './ops/index.ts';

/**
 * Gradients of a scalar `y` with respect to each of `wrt`, as values of the same graph (so they can be
 * differentiated again); null where `y` does not depend on it. `dy` replaces the starting gradient of 1.
 * Throws when the way passes an op that is declared not differentiable.
 */
export const grad = (y: Value, wrt: readonly Value[], dy?: Value): readonly (Value | null)[] =>
  pullback([[y, dy ?? expand(constant(f32([1], [])), y.type.shape as readonly number[])]], wrt);

const pullback: Pullback = (seeds, wrt) => {
  const order = topological(seeds.map(([y]) => y));
  const active = depending(order, wrt);
  const gradients = new Map<Value, Value>();
  const accumulate = (x: Value, dx: Value): void => {
    const sum = gradients.get(x);
    gradients.set(x, sum ? add(sum, dx) : dx);
  };
  for (const [y, dy] of seeds) accumulate(y, dy);
  for (const node of order.toReversed()) {
    const dys = node.outputs.map(output => gradients.get(output) ?? null);
    if (!active.has(node) || dys.every(d => d === null)) continue;
    if (!node.op.vjp)
      throw new TypeError(`${node.op.name} has no gradient: it cannot stand between a loss and its parameters`);
    const { inputs, outputs, attrs } = node;
    const dxs = node.op.vjp(dys, { inputs, outputs, attrs, pullback });
    inputs.forEach((x, i) => {
      const dx = dxs[i];
      if (dx) accumulate(x, dx);
    });
  }
  return wrt.map(x => gradients.get(x) ?? null);
};

/** The nodes of `order` with an input that is one of `wrt` or depends on one. */
function depending(order: readonly Node[], wrt: readonly Value[]): ReadonlySet<Node> {
  const targets = new Set(wrt);
  const found = new Set<Node>();
  for (const node of order) if (node.inputs.some(x => targets.has(x) || found.has(x.node))) found.add(node);
  return found;
}
