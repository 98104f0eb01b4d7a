/** What a node says of itself beside its weights, compared with the layer that is described. */
import { transposeMoves } from '../../nn/conv-transpose.ts';
import { kindOf, type LayerSpec, type PlacedLayer } from '../../nn/index.ts';
import type { Moves } from '../../nn/window.ts';
import type { ForeignNode } from '../../onnx/index.ts';

/** How a node differs from a layer, in words; undefined where it does not. `padded`: a node before it pads. */
export type Differs = (node: ForeignNode, layer: PlacedLayer, padded: boolean) => string | undefined;

const numbersOf = ({ attributes }: ForeignNode, name: string, usual: readonly number[]): readonly number[] => {
  const value = attributes.get(name);
  if (Array.isArray(value)) return value as readonly number[];
  return typeof value === 'number' ? [value] : usual;
};

function movesDiffer(node: ForeignNode, { kernel, strides, dilations, pads }: Moves, groups: number, padded: boolean) {
  const ones = kernel.map(() => 1);
  const automatic = (node.attributes.get('auto_pad') ?? 'NOTSET') !== 'NOTSET';
  const own: readonly (readonly [string, readonly number[], readonly number[]])[] = [
    ['strides', strides, ones],
    ['dilations', dilations, ones],
    ['group', [groups], [1]],
    ...(padded || automatic ? [] : [['pads', pads, pads.map(() => 0)] as const]),
  ];
  const wrong = own.find(([name, described, usual]) => numbersOf(node, name, usual).join() !== described.join());
  return wrong && `${wrong[0]} [${numbersOf(node, wrong[0], wrong[2])}], the description [${wrong[1]}]`;
}

export const convDiffers: Differs = (node, { spec, inputShape }, padded) => {
  const { moves, groups } = kindOf(spec).filters!(spec, inputShape);
  return movesDiffer(node, moves, groups, padded);
};

type Transposed = Extract<LayerSpec, { readonly kind: 'conv-transpose1d' | 'conv-transpose2d' }>;

export const transposeDiffers: Differs = (node, { spec, inputShape }, padded) => {
  const moves = transposeMoves(spec as Transposed, inputShape);
  const shaped = node.attributes.has('output_shape');
  const extra = numbersOf(
    node,
    'output_padding',
    moves.kernel.map(() => 0),
  );
  if (!shaped && extra.join() !== moves.extra.join())
    return `output_padding [${extra}], the description [${moves.extra}]`;
  return movesDiffer(node, moves, (spec as Transposed).groups, padded || shaped);
};

export const epsilonDiffers: Differs = (node, { spec }) => {
  const [found] = numbersOf(node, 'epsilon', [1e-5]);
  const described = 'epsilon' in spec ? spec.epsilon : found!;
  return Math.abs(found! - described) <= 1e-6 * described
    ? undefined
    : `epsilon ${found}, the description ${described}`;
};

/** Of a norm over the last axis. */
export const lastAxisDiffers: Differs = (node, layer, padded) => {
  const [axis] = numbersOf(node, 'axis', [-1]);
  if (axis !== -1 && axis !== layer.inputShape.length) return `axis ${axis}, a ${layer.spec.kind} the last one`;
  return epsilonDiffers(node, layer, padded);
};

export const axisDiffers: Differs = (node, { spec }) => {
  const [axis] = numbersOf(node, 'axis', [0]);
  return axis === 0 || axis === -2 ? undefined : `axis ${axis}, an ${spec.kind} axis 0`;
};

function directionDiffers({ attributes }: ForeignNode, spec: LayerSpec): string | undefined {
  const found = attributes.get('direction') ?? 'forward';
  const described =
    'bidirectional' in spec ? (spec.bidirectional ? 'bidirectional' : spec.reverse ? 'reverse' : 'forward') : found;
  return found === described ? undefined : `direction ${found}, the description ${described}`;
}

/** `usual`: the activations of one direction where the node does not tell them. */
export const recurrentDiffers =
  (...usual: readonly string[]): Differs =>
  (node, { spec }) => {
    const { attributes, inputs } = node;
    const own = 'activation' in spec ? [spec.activation] : usual;
    const told = attributes.get('activations') ?? usual;
    const found = [told].flat().map(name => String(name).toLowerCase());
    const described = own.map(name => name.toLowerCase());
    if (found.some((name, i) => name !== described[i % described.length]))
      return `activations [${found}], the description [${described}]`;
    if (attributes.has('clip')) return `clip ${attributes.get('clip')}, the layer none`;
    if (attributes.get('input_forget')) return 'input and forget gates that are one, the layer two';
    if (inputs[7]) return 'peepholes, the layer none';
    return directionDiffers(node, spec);
  };
