/** Shares of forecasts in a mix that fits best: least squares with shares that are not negative and add up to 1. */

/** ½ wᵀ·gram·w − rightᵀ·w, up to a constant the squared error of a mix with shares w. */
export interface Squares {
  /** [count, count], row-major. */
  readonly gram: Float64Array;
  readonly right: Float64Array;
}

const mostRounds = 2000;
const closeEnough = 1e-12;

/**
 * The shares that minimise the squares plus strength · Σ (w − towards)², found by moving share from the worst to the
 * best direction (Frank-Wolfe with pairwise steps, Lacoste-Julien and Jaggi 2015) until nothing is gained.
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
    let to = 0;
    let from = -1;
    for (let i = 0; i < count; i++) {
      if (slope[i]! < slope[to]!) to = i;
      if (shares[i]! > 0 && (from < 0 || slope[i]! > slope[from]!)) from = i;
    }
    const gain = slope[from]! - slope[to]!;
    if (gain <= closeEnough * size) break;
    const curve = quadratic(to, to) + quadratic(from, from) - 2 * quadratic(to, from);
    const moved = Math.min(shares[from]!, curve > 0 ? gain / curve : shares[from]!);
    shares[to]! += moved;
    shares[from] = moved >= shares[from]! ? 0 : shares[from]! - moved;
  }
  return shares;
}
