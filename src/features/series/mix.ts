/** Shares of forecasts in a mix that fits best: least squares with shares that are not negative and add up to 1. */
import { solve } from '../../forecast/index.ts';

/** ½ wᵀ·gram·w − rightᵀ·w, up to a constant the squared error of a mix with shares w. */
export interface Squares {
  /** [count, count], row-major. */
  readonly gram: Float64Array;
  readonly right: Float64Array;
}

/** Pairwise steps before a step over all shares at once. */
const pairs = 64;
const mostRounds = 1000;
const closeEnough = 1e-12;

/**
 * The shares that minimise the squares plus strength · Σ (w − towards)², found by moving share between the two that save most
 * by it (pairwise steps, Lacoste-Julien and Jaggi 2015; the pair as in Fan, Chen and Lin 2005) and, since those crawl where
 * forecasts are nearly alike, by going to the minimum over the shares that are not 0, until nothing is gained.
 */
export function bestShares({ gram, right }: Squares, towards: readonly number[], strength: number): number[] {
  const count = right.length;
  const shares = [...towards];
  const quadratic = (i: number, j: number): number => gram[i * count + j]! + (i === j ? strength : 0);
  const slopes = (): readonly number[] =>
    shares.map((_, i) =>
      shares.reduce((sum, share, j) => sum + quadratic(i, j) * share, -right[i]! - strength * towards[i]!),
    );
  const size = Math.max(1e-300, ...shares.map((_, i) => quadratic(i, i)));
  for (let round = 0; round < mostRounds; round++) {
    for (let pair = 0; pair < pairs; pair++)
      if (!movePair(shares, slopes(), quadratic, closeEnough * size)) return shares;
    moveAll(shares, slopes(), quadratic, closeEnough * size);
  }
  return shares;
}

type Quadratic = (i: number, j: number) => number;

/** Moves share between the two that save most by it; false = nothing is gained any more. */
function movePair(shares: number[], slope: readonly number[], quadratic: Quadratic, least: number): boolean {
  let [from, to, moved, most, widest] = [0, 0, 0, 0, 0];
  for (let i = 0; i < shares.length; i++) {
    for (let j = 0; j < shares.length; j++) {
      const gain = slope[i]! - slope[j]!;
      if (shares[i] === 0 || gain <= 0) continue;
      widest = Math.max(widest, gain);
      const curve = quadratic(i, i) + quadratic(j, j) - 2 * quadratic(i, j);
      const step = Math.min(shares[i]!, curve > 0 ? gain / curve : shares[i]!);
      const saved = step * (gain - (curve * step) / 2);
      if (saved > most) [from, to, moved, most] = [i, j, step, saved];
    }
  }
  if (widest <= least || most === 0) return false;
  shares[to]! += moved;
  shares[from] = moved >= shares[from]! ? 0 : shares[from]! - moved;
  return true;
}

/** Goes towards the minimum over the shares that are not 0, as far as none becomes negative; `ridge` keeps it defined. */
function moveAll(shares: number[], slope: readonly number[], quadratic: Quadratic, ridge: number): void {
  const last = shares.indexOf(Math.max(...shares));
  const free = [...shares.keys()].filter(i => i !== last && shares[i]! > 0);
  const curve = (i: number, j: number): number =>
    quadratic(i, j) - quadratic(i, last) - quadratic(last, j) + quadratic(last, last) + (i === j ? ridge : 0);
  const moves = Float64Array.from(free, i => slope[last]! - slope[i]!);
  solve(Float64Array.from(free.flatMap(i => free.map(j => curve(i, j)))), free.length, moves, 1);
  const all = new Map([
    ...free.map((i, k) => [i, moves[k]!] as const),
    [last, -moves.reduce((a, b) => a + b, 0)] as const,
  ]);
  const most = Math.min(1, ...[...all].map(([i, move]) => (move < 0 ? shares[i]! / -move : 1)));
  for (const [i, move] of all) {
    const left = shares[i]! + most * move;
    shares[i] = left <= 1e-15 ? 0 : left;
  }
}
