/** What may be said about a preparation, and what comes out of it. */
import type { DuplicateRule, ReadNote, Table } from '../data/index.ts';
import type { Decision, Role, TargetEncoding, Warning } from '../features/index.ts';
import type { ModelInput, Predictor } from '../model/index.ts';
import type { FitResult, Part, Scores, TaskName, TrainingJob } from '../train/index.ts';
import type { Edits } from './edits.ts';
import type { ForecastReport } from './forecast-report.ts';
import type { RecipeOptions } from './recipe.ts';
import type { StartingModel } from './starting.ts';

export interface PrepareOptions extends RecipeOptions, Edits {
  readonly target?: string | undefined;
  readonly task?: TaskName | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly roles?: ReadonlyMap<string, Role> | undefined;
  /** How columns are encoded: `full` (unless told), or `plain` as the linear model has them. */
  readonly encoding?: 'plain' | 'full' | undefined;
  /** Steps of training may encode columns themselves, where that is less work than to keep encoded rows (default false). */
  readonly encodeInSteps?: boolean | undefined;
  /** Share of the rows outside the test part that choose the best epoch; absent = by the recipe. */
  readonly validation?: number | undefined;
  /** Share of the rows held out for the test, or a table of its own. Absent = 0.2. Of a forecast the last steps, too: 24. */
  readonly test?: number | Table | undefined;
  /** Column whose order in time decides the parts: the latest rows are the test part. Of a forecast one or several that make a time. */
  readonly time?: string | readonly string[] | undefined;
  /** Of a forecast: steps ahead, and steps looked back on. */
  readonly horizon?: number | undefined;
  readonly window?: number | undefined;
  /** Columns whose values tell the series of one file apart. */
  readonly group?: readonly string[] | undefined;
  /** Columns beside the target that are learned from; unless told those that are known, and the others of a long series. */
  readonly features?: readonly string[] | undefined;
  /** Columns whose values are known for the steps ahead. */
  readonly known?: readonly string[] | undefined;
  /** The distance between two rows in time, such as `month`; told by the time column unless given. */
  readonly step?: string | undefined;
  /** What rows of one time in one series become (default: an error). */
  readonly duplicates?: DuplicateRule | undefined;
  /** Share of truths that the interval of a forecast should hold (default: 0.95). */
  readonly interval?: number | undefined;
  /** A model to go on from: its columns and their encoding, its network unless another is named, and its weights. */
  readonly from?: StartingModel | undefined;
  /** Layers that keep the weights and statistics of that model. */
  readonly freeze?: readonly string[] | undefined;
}

/** What is known of a forecast only once it is trained. */
export interface Concluded {
  /** The target with its intervals. */
  readonly target: TargetEncoding;
  readonly baseline: { readonly name: string; readonly trivial: Scores; readonly linear: Scores | null };
  /** Windows of each part, each counted once, and their scores. */
  readonly rows: Readonly<Record<Part, number>>;
  readonly metrics: Readonly<Record<Part, Scores>>;
  readonly forecast: ForecastReport;
}

/** Opens the trained model with a target. */
export type OpenTrained = (target: TargetEncoding) => Promise<Predictor>;

/** Everything that was decided before training. */
export interface Prepared {
  readonly job: TrainingJob;
  /** Makes the job of the linear model beside it; null where the model itself is linear, or where the inputs are pixels. */
  readonly linear: (() => Promise<TrainingJob>) | null;
  readonly input: ModelInput;
  readonly target: TargetEncoding;
  /** Why the task is what it is. */
  readonly taskReason: string;
  readonly decisions: readonly Decision[];
  readonly warnings: readonly Warning[];
  readonly notes: readonly ReadNote[];
  /** More that was decided, for a person: names and sentences. */
  readonly facts?: readonly (readonly [name: string, text: string])[];
  /** What it starts from, in words; null or absent where it begins anew. */
  readonly start?: string | null;
  /** How the parts were made, in words. */
  readonly splitReason: string;
  /** Of a forecast: what follows from its training. */
  readonly conclude?: (result: FitResult, open: OpenTrained) => Promise<Concluded>;
}
