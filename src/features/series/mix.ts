/** Shares of forecasts in a mix that fits best: least squares with shares that are not negative and add up to 1. */

/** ½ wᵀ·gram·w − rightᵀ·w, up to a constant the squared error of a mix with shares w. */
export interface Squares {
  /** [count, count], row-major. */
  readonly gram: Float64Array;
  readonly right: Float64Array;
}

const mostRounds = 50_000;
const closeEnough = 1e-12;

/**
 * The shares that minimise the squares plus strength · Σ (w − towards)², found by moving share
 * between the two that save most by it (pairwise steps, Lacoste-Julien and Jaggi 2015; the pair as in Fan, Chen and Lin 2005) until nothing is
 * gained.
 */
export function bestShares({ gram, right }: Squares, towards: readonly number[], strength: number): number[] {
  const count = right.length;
  const shares = [...towards];
  const quadratic = (i: number, j: number): number => gram[i * count + j]! + (i === j ? strength : 0);
  const size = Math.max(1e-300, Math.max(...right.map((_, i) => quadratic(i, i))));
  for (let round = 0; round < mostRounds; round++) {
    const slope = shares.map((_, i) => {
      let sum = -right[i]! - strength * towards[i]!;
      for (let j = 0; j < count; j++) sum += quadratic(i, j) * shares[j]!;
      return sum;
    });
    let [from, to, moved, most] = [0, 0, 0, 0];
    let widest = 0;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        const gain = slope[i]! - slope[j]!;
        if (shares[i] === 0 || gain <= 0) continue;
        widest = Math.max(widest, gain);
        const curve = quadratic(i, i) + quadratic(j, j) - 2 * quadratic(i, j);
        const step = Math.min(shares[i]!, curve > 0 ? gain / curve : shares[i]!);
        const saved = step * (gain - (curve * step) / 2);
        if (saved > most) [from, to, moved, most] = [i, j, step, saved];
      }
    }
    if (widest <= closeEnough * size || most === 0) break;
    shares[to]! += moved;
    shares[from] = moved >= shares[from]! ? 0 : shares[from]! - moved;
  }
  return shares;
}
