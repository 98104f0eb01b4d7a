/** What a model is: what its columns become, its layers, and what they cost. */
import { classesOf, type EncodedColumn, partText, type SeriesEncoder } from '../features/index.ts';
import type { ModelSpec } from '../model/spec.ts';
import { inputShapeOf } from '../model/spec.ts';
import { type NetworkSummary, summary } from '../nn/index.ts';

/** One raw column and what the first layer sees of it. */
export interface ColumnSummary {
  readonly column: string;
  readonly type: EncodedColumn['type'];
  /** In words. */
  readonly becomes: string;
  readonly inputs: readonly string[];
}

export interface ModelSummary extends NetworkSummary {
  readonly task: string;
  readonly target: string;
  readonly classes: readonly string[] | null;
  readonly columns: readonly ColumnSummary[];
  /** Height, width and channels of a model of images. */
  readonly image: readonly number[] | null;
  /** Steps that a model of series looks back and ahead, and the columns beside its target. */
  readonly series: { readonly window: number; readonly horizon: number; readonly features: readonly string[] } | null;
}

/** The summary of a model from its description alone. */
export function summarise(spec: ModelSpec): ModelSummary {
  const { target, input } = spec;
  return {
    task: target.task,
    target: target.name,
    classes: classesOf(target),
    columns: input.kind === 'table' ? columnSummaries(input.encoder) : [],
    image: input.kind === 'images' ? input.shape : null,
    series: input.kind === 'series' ? seriesSummary(input.encoder) : null,
    ...summary(spec.network, inputShapeOf(input)),
  };
}

const seriesSummary = ({ window, horizon, features }: SeriesEncoder): ModelSummary['series'] => ({
  window,
  horizon,
  features: features.map(({ name }) => name),
});

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
