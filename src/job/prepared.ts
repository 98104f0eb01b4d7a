/** What may be said about a preparation, and what comes out of it. */
import type { ReadNote, Table } from '../data/index.ts';
import type { Decision, Role, TargetEncoding, Warning } from '../features/index.ts';
import type { ModelInput } from '../model/index.ts';
import type { TaskName, TrainingJob } from '../train/index.ts';
import type { RecipeOptions } from './recipe.ts';

export interface PrepareOptions extends RecipeOptions {
  readonly target?: string | undefined;
  readonly task?: TaskName | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly roles?: ReadonlyMap<string, Role> | undefined;
  /** How columns are encoded: `full` (unless told), or `plain` as the linear model has them. */
  readonly encoding?: 'plain' | 'full' | undefined;
  /** Share of the rows outside the test part that choose the best epoch; absent = by the recipe. */
  readonly validation?: number | undefined;
  /** Share of the rows held out for the test, or a table of its own. Absent = 0.2. */
  readonly test?: number | Table | undefined;
  /** Column whose order in time decides the parts: the latest rows are the test part. */
  readonly time?: string | undefined;
}

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
  /** How the parts were made, in words. */
  readonly splitReason: string;
}
