/** What a model is: what its columns become, its layers, and what they cost. */
import { type EncodedColumn, partText } from '../features/index.ts';
import type { ModelSpec } from '../model/spec.ts';
import { inputShapeOf } from '../model/spec.ts';
import { kindOf, type PlacedLayer, parameterCount, place } from '../nn/index.ts';
import { activationOf } from './layers.ts';

/** One raw column and what the first layer sees of it. */
export interface ColumnSummary {
  readonly column: string;
  readonly type: EncodedColumn['type'];
  /** In words. */
  readonly becomes: string;
  readonly inputs: readonly string[];
}

/** One layer; figures are of all members of an ensemble together. */
export interface LayerSummary {
  /** Position, counted from 1. */
  readonly position: number;
  readonly name: string;
  readonly about: string;
  readonly activation: string | null;
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** Numbers that training adjusts. */
  readonly parameters: number;
  /** Multiply-adds of one row. */
  readonly multiplyAdds: number;
  /** Bytes of the stored arrays. */
  readonly bytes: number;
}

export interface ModelSummary {
  readonly task: string;
  readonly target: string;
  readonly classes: readonly string[] | null;
  readonly columns: readonly ColumnSummary[];
  /** Height, width and channels of a model of images. */
  readonly image: readonly number[] | null;
  readonly members: number;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly bytes: number;
}

/** The summary of a model from its description alone. */
export function summarise(spec: ModelSpec): ModelSummary {
  const members = spec.network.members ?? 1;
  const layers = place(spec.network, inputShapeOf(spec.input)).map((layer, i) => layerSummary(layer, i, members));
  const total = (key: 'parameters' | 'multiplyAdds' | 'bytes') => layers.reduce((sum, layer) => sum + layer[key], 0);
  const { target, input } = spec;
  return {
    task: target.task,
    target: target.name,
    classes: target.task === 'regression' ? null : target.classes,
    columns: input.kind === 'table' ? columnSummaries(input.encoder) : [],
    image: input.kind === 'images' ? input.shape : null,
    members,
    layers,
    parameters: total('parameters'),
    multiplyAdds: total('multiplyAdds'),
    bytes: total('bytes'),
  };
}

function layerSummary(layer: PlacedLayer, index: number, members: number): LayerSummary {
  const { spec } = layer;
  const stored = layer.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return {
    position: index + 1,
    name: layer.name,
    about: kindOf(spec).about,
    activation: activationOf(spec) ?? null,
    input: layer.inputShape,
    output: layer.outputShape,
    parameters: parameterCount([layer]),
    multiplyAdds: layer.macs * members,
    bytes: 4 * stored,
  };
}

interface Encoded {
  readonly columns: readonly EncodedColumn[];
  readonly featureNames: readonly string[];
  readonly featureSources: readonly number[];
}

const columnSummaries = ({ columns, featureNames, featureSources }: Encoded): readonly ColumnSummary[] =>
  columns.map(({ name, type, parts, calendar = [] }, i) => ({
    column: name,
    type,
    becomes: [
      ...parts.map(partText),
      ...calendar.map(view => `its ${view.field} as ${view.parts.map(partText).join(', ')}`),
    ].join(', '),
    inputs: featureNames.filter((_, at) => featureSources[at] === i),
  }));
