/** Bodies of control flow: graphs of their own that read nothing but their inputs. */
import { applyAll, type Graph, input, type Node, type Op, type Type, topological, type Value } from '../graph/index.ts';
import { reject, sameShape } from './check.ts';
import { identity } from './shape.ts';

/** A body, and the values of the graph around it that its last inputs stand for. */
export interface ClosedBody {
  readonly body: Graph;
  readonly captured: readonly Value[];
}

/**
 * The body that computes `outputs` from `inputs`: whatever else it reads is computed outside once and becomes an input
 * behind the others (numbers without axes stay inside). Outputs are made distinct: ONNX Runtime silently gives wrong
 * numbers where one value is both the state of a body and a stacked output.
 */
export function closedBody(inputs: readonly Value[], outputs: readonly Value[]): ClosedBody {
  const own = new Set(inputs);
  const inside = new Set<Node>();
  const isInside = (value: Value): boolean => own.has(value) || inside.has(value.node);
  const placeholders = new Map<Value, Value>();
  const capture = (value: Value): void => {
    const inert = value.node.op.leaf === 'constant' && value.type.shape.length === 0;
    if (isInside(value) || inert || placeholders.has(value)) return;
    placeholders.set(value, input(value.name ?? 'captured', value.type.shape, value.type.dtype));
  };
  const order = topological(outputs, own).filter(node => {
    const depends = node.inputs.some(isInside);
    if (depends) inside.add(node);
    return depends;
  });
  for (const node of order) node.inputs.forEach(capture);
  outputs.forEach(capture);
  return {
    body: {
      inputs: [...inputs, ...placeholders.values()],
      outputs: distinct(substituted(order, outputs, placeholders)),
    },
    captured: [...placeholders.keys()],
  };
}

/** `outputs` computed anew by the nodes of `order` from what `replaced` says. */
function substituted(
  order: readonly Node[],
  outputs: readonly Value[],
  replaced: ReadonlyMap<Value, Value>,
): readonly Value[] {
  const now = new Map(replaced);
  const current = (value: Value): Value => now.get(value) ?? value;
  for (const node of order) {
    if (!node.inputs.some(value => now.has(value))) continue;
    applyAll(node.op, node.inputs.map(current), node.attrs).forEach((value, i) => {
      value.name = node.outputs[i]!.name;
      now.set(node.outputs[i]!, value);
    });
  }
  return outputs.map(current);
}

function distinct(outputs: readonly Value[]): readonly Value[] {
  const seen = new Set<Value>();
  return outputs.map(value => {
    if (seen.has(value)) return identity(value);
    seen.add(value);
    return value;
  });
}

/** Throws unless the values handed to a body have the types that its inputs declare. */
export function checkGiven(op: Op['name'], what: string, given: readonly Type[], declared: readonly Value[]): void {
  given.forEach((type, i) => {
    const wanted = declared[i]?.type;
    if (wanted?.dtype !== type.dtype || !sameShape(type.shape, wanted.shape))
      reject(`${op} ${what} ${i}`, 'the type that its body takes', [type, ...(wanted ? [wanted] : [])]);
  });
}

/** Throws unless a body hands its state on with the types it was given. */
export function checkState(op: Op['name'], state: readonly Type[], after: readonly Value[]): void {
  state.forEach((type, i) => {
    const next = after[i]!.type;
    if (type.dtype !== next.dtype || !sameShape(type.shape, next.shape))
      reject(`${op} state ${i}`, 'the type it started with', [type, next]);
  });
}
