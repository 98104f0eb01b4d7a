/** A trained network as a picture of its layers and weights. */
import { type Figure, mostNeurons, type NetworkLayer, reduced } from '../../draw/index.ts';
import { inputNames, type Subject } from '../../explain/index.ts';
import { classesOf } from '../../features/index.ts';
import { formatCount } from '../../format.ts';
import { floats, sizeOf } from '../../graph/index.ts';
import { inputShapeOf } from '../../model/index.ts';
import { kindOf, type PlacedLayer } from '../../nn/index.ts';

const shape = (sizes: readonly number[]): string => sizes.map(formatCount).join(' × ');

/** Columns for the inputs and every layer that makes something of them; of an ensemble its first network. */
export function networkFigure({ spec, layers, parameters, members }: Subject): Figure {
  const drawn = layers.filter(layer => layer.name.indexOf('.') < 0 && !kindOf(layer.spec).keepsInputs);
  const [first] = drawn;
  const inputs = inputShapeOf(spec.input);
  const size = sizeOf(inputs);
  const columns = drawn.map((layer, i): NetworkLayer => {
    const before = i === 0 ? size : sizeOf(drawn[i - 1]!.outputShape);
    const weights = weightsOf(layer, before, parameters);
    return {
      name: layer.name,
      about: aboutOf(layer),
      size: sizeOf(layer.outputShape),
      ...(weights ? drawnAs(weights, before, sizeOf(layer.outputShape)) : {}),
      ...(i === drawn.length - 1 ? labelled(outputLabels(spec.target, sizeOf(layer.outputShape))) : {}),
    };
  });
  const named = first && size <= mostNeurons ? inputNames({ spec }, first) : undefined;
  const all: NetworkLayer[] = [{ name: 'inputs', about: shape(inputs), size, ...labelled(named) }, ...columns];
  const whole = members > 1 ? `The first of ${members} networks side by side` : 'The network';
  return {
    kind: 'network',
    id: 'network',
    title: 'The network',
    says: `${whole}: ${all.map(({ size }) => formatCount(size)).join(' → ')}. Blue through lines are weights above 0, dashed vermilion ones below; wide layers are blocks with their matrix of weights.`,
    height: Math.min(
      520,
      Math.max(220, Math.max(...all.map(({ size }) => (size <= mostNeurons ? size : 8))) * 26 + 60),
    ),
    model: { caption: 'Layers and their weights', layers: all },
  };
}

const labelled = (labels: readonly string[] | undefined): { readonly labels?: readonly string[] } =>
  labels ? { labels } : {};

function outputLabels(target: Subject['spec']['target'], size: number): readonly string[] | undefined {
  const classes = classesOf(target);
  if (size === 1) return [classes && classes.length === 2 ? `${target.name}: ${classes[1]}` : target.name];
  return classes?.length === size ? classes : undefined;
}

function aboutOf({ spec, outputShape }: PlacedLayer): string {
  const activation = kindOf(spec).activation?.(spec);
  const what = outputShape.length > 1 ? `${spec.kind} ${shape(outputShape)}` : spec.kind;
  return activation && activation !== 'linear' ? `${what}, ${activation}` : what;
}

/** Edges where both sides are neurons, else the matrix as large as it is drawn. */
function drawnAs(weights: Float32Array, before: number, size: number): Pick<NetworkLayer, 'weights' | 'matrix'> {
  const small = before <= mostNeurons && size <= mostNeurons;
  return small ? { weights } : { matrix: reduced(weights, before, size) };
}

/** The matrix [before, after] of a layer that has one; of an ensemble that of its first member. */
function weightsOf(layer: PlacedLayer, before: number, parameters: Subject['parameters']): Float32Array | undefined {
  const weights = parameters.get(`${layer.name}.weight`);
  const size = before * sizeOf(layer.outputShape);
  if (!weights || !kindOf(layer.spec).neurons || weights.shape.at(-1) !== sizeOf(layer.outputShape)) return undefined;
  const values = floats(weights);
  return values.length % size === 0 ? values.subarray(0, size) : undefined;
}
