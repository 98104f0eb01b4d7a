/** What follows from where the probability of two classes is cut. */
import type { EvaluationAnswer } from 'hillock/studio';

export type Point = NonNullable<EvaluationAnswer['cut']>['points'][number];
type Evaluated = Pick<EvaluationAnswer, 'classes' | 'cut'>;

/** The counts where the probability is cut. */
export const pointAt = (points: readonly Point[], cut: number): Point =>
  points.find(({ threshold }) => threshold <= cut) ?? points.at(-1)!;

/** Where it is cut: where it was moved to, or as the model does (of more than two classes a half). */
export const placeOf = ({ classes, cut }: Evaluated, moved: number): number =>
  moved >= 0 ? moved : classes?.length === 2 ? cut!.threshold : 0.5;

export interface Moved {
  readonly at: number;
  /** By truth and what is said then. */
  readonly counts: readonly (readonly number[])[];
  /** The same cut as a threshold of the probability of the last class. */
  readonly threshold: number;
}

/** Float32 probabilities and what is left of 1 beside them never differ by as little. */
const nothing = 1e-12;

/** Two classes cut elsewhere than the model does; undefined where nothing was moved. */
export function movedCut({ classes, cut }: Evaluated, moved: number): Moved | undefined {
  if (!cut || classes?.length !== 2 || moved < 0 || moved === cut.threshold) return undefined;
  const point = pointAt(cut.points, moved);
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = point;
  const above = point === cut.points.at(-1) ? -1 : point.threshold;
  return cut.label === classes[1]
    ? {
        at: moved,
        counts: [
          [tn, fp],
          [fn, tp],
        ],
        threshold: above,
      }
    : {
        at: moved,
        counts: [
          [tp, fn],
          [fp, tn],
        ],
        threshold: 1 - above - nothing,
      };
}
