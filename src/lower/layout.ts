/**
 * Chooses how maps lie in memory, by rule unless a node's form was chosen: convolutions of small maps are computed by Winograd's products on [H, W, N, C], those of
 * larger ones in blocks of channels where the runtime can, and what stands between them stays in that order, so that maps are
 * turned only where the chain begins and ends.
 */
import { applyAll, constantTensor, type Node, topological, type Value } from '../graph/index.ts';
import { type MaxPoolAttrs, mul, positive } from '../ops/index.ts';
import { type Blocks, type Choose, convolvedBy, type Form, type FormContext, plainForm } from './form.ts';
import { Layouts, sizes } from './layouts.ts';
import { maskedPool, pooledBy, sideBySide } from './pooling.ts';
import { pooled, pooledGradient } from './windows.ts';
import { winogradForms } from './winograd-forms.ts';

const elementwise: Form = ({ op, inputs, attrs, outputs: [y] }, { layouts }) => {
  const whole = inputs.find(
    x => layouts.nativeOf(x) && x.type.shape.length === 4 && sizes(x).every((size, i) => size === y!.type.shape[i]),
  );
  if (!op.elementwise || y!.type.shape.length !== 4 || !whole) return false;
  const layout = layouts.nativeOf(whole)!;
  const operands = inputs.map(x => layouts.of(x, layout));
  layouts.set(y!, layout, applyAll(op, operands, attrs)[0]!);
  return true;
};

/** Relu of what has no negative numbers any more, and its slope. */
const clippedRelu: Form = (node, { layouts, clipped }) => {
  const [x] = node.inputs;
  if (node.op.name !== 'Relu' || !clipped.has(x!)) return false;
  const layout = layouts.nativeOf(x!)!;
  layouts.set(node.outputs[0]!, layout, layouts.of(x!, layout));
  return true;
};

const sums: Form = ({ op, inputs: [x], attrs, outputs: [y] }, { layouts }) => {
  const layout = layouts.nativeOf(x!);
  if (op.name !== 'ReduceSum' || !layout) return false;
  const { axes } = attrs as { readonly axes: readonly number[] };
  layouts.set(
    y!,
    layout,
    layout.sums(
      layouts.of(x!, layout),
      axes.map(axis => (axis + 4) % 4),
    ),
  );
  return true;
};

const pool: Form = (node, { layouts }) => {
  const [x] = node.inputs;
  const layout = layouts.nativeOf(x!);
  if (node.op.name !== 'MaxPool' || !layout || !sideBySide(node)) return false;
  const [y, indices] = node.outputs;
  layouts.set(y!, layout, pooled(layouts.of(x!, layout), (node.attrs as MaxPoolAttrs).kernel, layout));
  if (indices) layouts.setPlain(indices, applyAll(node.op, [layouts.plainOf(x!)], node.attrs)[1]!);
  return true;
};

const poolGradient: Form = (node, { layouts }) => {
  const [dx] = node.outputs;
  const masked = maskedPool(node);
  const found = masked ?? pooledBy(dx);
  const x = found?.pool.inputs[0];
  const layout = x && layouts.nativeOf(x);
  if (!layout || !sideBySide(found!.pool)) return false;
  const dy = layouts.of(found!.dy, layout);
  const kept = masked ? mul(dy, positive(layouts.of(found!.pool.outputs[0]!, layout))) : dy;
  const { kernel } = found!.pool.attrs as MaxPoolAttrs;
  layouts.set(dx!, layout, pooledGradient(layouts.of(x, layout), kept, kernel, layout));
  return true;
};

const otherForms: readonly Form[] = [pool, poolGradient, clippedRelu, elementwise, sums];

/** What is read by nothing but Relu and its slope may as well be without its negative numbers. */
function readByReluOnly(order: readonly Node[], outputs: readonly Value[]): ReadonlySet<Value> {
  const found = new Set(order.flatMap(node => (node.op.name === 'Relu' ? node.inputs : [])));
  for (const { op, inputs } of order) {
    const slope =
      op.name === 'Greater' && constantTensor(inputs[1]!)?.data[0] === 0 && inputs[1]!.type.shape.length === 0;
    inputs.forEach((value, i) => {
      if (op.name !== 'Relu' && !(slope && i === 0)) found.delete(value);
    });
  }
  for (const value of outputs) found.delete(value);
  return found;
}

/** How the convolutions of a graph are computed. */
export interface Forms {
  /** The runtime's own convolutions in blocks of channels; absent = it has none. */
  readonly blocks?: Blocks | null | undefined;
  /** Says where the rules are not followed. */
  readonly choose?: Choose | undefined;
}

/** The same values, with maps in the order that suits what is done to them. */
export function layOut(outputs: readonly Value[], { blocks = null, choose }: Forms): readonly Value[] {
  const layouts = new Layouts();
  const order = topological(outputs);
  const context: FormContext = {
    layouts,
    blocks,
    reluOnly: readByReluOnly(order, outputs),
    clipped: new Set<Value>(),
  };
  const forms = [...winogradForms, ...(blocks?.forms ?? [])];
  const convolution: Form = node => {
    const found = convolvedBy(node);
    if (!found) return false;
    const able = forms.filter(form => form.role === found.role && form.can(found, context));
    const ruled = able.find(form => form.suits(found, context));
    const names = [...able.map(({ name }) => name), plainForm];
    const chosen = able.length > 0 ? choose?.(found, names, ruled?.name ?? plainForm) : undefined;
    const form = chosen === undefined ? ruled : able.find(({ name }) => name === chosen);
    form?.make(found, node, context);
    return form !== undefined;
  };
  for (const node of order) {
    if ([convolution, ...otherForms].some(form => form(node, context))) continue;
    const inputs = node.inputs.map(input => layouts.plainOf(input));
    if (inputs.every((input, i) => input === node.inputs[i])) continue;
    applyAll(node.op, inputs, node.attrs).forEach((value, i) => {
      value.name = node.outputs[i]!.name;
      layouts.setPlain(node.outputs[i]!, value);
    });
  }
  return outputs.map(value => layouts.plainOf(value));
}
