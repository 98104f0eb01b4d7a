import { permutation, type Random } from '../random.ts';

/**
 * Which rows each step sees: one endless stream of shuffled passes over `rows`, cut into batches, so that
 * every row is seen equally often. A pure function of the random stream and the step.
 */
export function sampler(rows: Int32Array, batch: number, rng: Random): (step: number, steps: number) => Int32Array {
  let pass = -1;
  let order: Int32Array = new Int32Array();
  return (step, steps) => {
    const plan = new Int32Array(steps * batch);
    for (let i = 0; i < plan.length; i++) {
      const position = step * batch + i;
      const wanted = Math.floor(position / rows.length);
      if (wanted !== pass) {
        pass = wanted;
        order = permutation(rows.length, rng.split('pass', pass));
      }
      plan[i] = rows[order[position % rows.length]!]!;
    }
    return plan;
  };
}
