/** Whether a queue stands, or only forms now and then. */

export interface Standing {
  /** A request was answered after so many milliseconds. */
  answered(milliseconds: number): void;
  /** The model ran for so many milliseconds: no queue, but the work itself. */
  ran(milliseconds: number): void;
  /** Even the quickest answer of the last interval took longer than it may. */
  stands(): boolean;
}

/** Milliseconds over which the quickest answer is looked for. */
const interval = 100;
/** Runs of the model that an answer may take before it counts as late: its own, the one before it, and as much again. */
const runs = 4;
/** What is kept of the longest run lately with each other run. */
const kept = 0.9;

/**
 * Tells a queue that stands from a burst, as CoDel does: not by its length but by the shortest time in it over an interval
 * (Nichols and Jacobson 2012, ACM Queue 10). An interval without an answer says nothing; after a pause nothing stands.
 */
export function standing(most: number, now: () => number): Standing {
  let began = now();
  let least = Number.POSITIVE_INFINITY;
  let stood = false;
  let run = 0;
  const turn = (): void => {
    const time = now();
    if (time - began < interval) return;
    if (Number.isFinite(least)) stood = least > Math.max(most, runs * run);
    else if (time - began > 10 * interval) stood = false;
    if (Number.isFinite(least) || !stood) began = time;
    least = Number.POSITIVE_INFINITY;
  };
  return {
    answered(milliseconds) {
      turn();
      if (milliseconds < least) least = milliseconds;
    },
    ran(milliseconds) {
      run = Math.max(milliseconds, kept * run);
    },
    stands() {
      turn();
      return stood;
    },
  };
}
