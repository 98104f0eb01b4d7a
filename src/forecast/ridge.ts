/** Sums of products of some rows of inputs x [columns] and outputs y [outputs], centred. */
export interface Moments {
  readonly rows: number;
  readonly meanX: Float64Array;
  readonly meanY: Float64Array;
  /** Σ (x − mean)(x − mean)ᵀ, [columns, columns]. */
  readonly xx: Float64Array;
  /** Σ (x − mean)(y − mean)ᵀ, [columns, outputs]. */
  readonly xy: Float64Array;
  /** Σ (y − mean)², [outputs]. */
  readonly yy: Float64Array;
}

/** The moments of rows that `fill` writes one by one. */
export function momentsOf(
  rows: number,
  columns: number,
  outputs: number,
  fill: (row: number, x: Float64Array, y: Float64Array) => void,
): Moments {
  const x = new Float64Array(columns);
  const y = new Float64Array(outputs);
  const meanX = new Float64Array(columns);
  const meanY = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    fill(row, x, y);
    for (let i = 0; i < columns; i++) meanX[i]! += x[i]! / rows;
    for (let k = 0; k < outputs; k++) meanY[k]! += y[k]! / rows;
  }
  const xx = new Float64Array(columns * columns);
  const xy = new Float64Array(columns * outputs);
  const yy = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    fill(row, x, y);
    for (let i = 0; i < columns; i++) x[i]! -= meanX[i]!;
    for (let k = 0; k < outputs; k++) y[k]! -= meanY[k]!;
    for (let i = 0; i < columns; i++) {
      const factor = x[i]!;
      for (let j = 0; j <= i; j++) xx[i * columns + j]! += factor * x[j]!;
      for (let k = 0; k < outputs; k++) xy[i * outputs + k]! += factor * y[k]!;
    }
    for (let k = 0; k < outputs; k++) yy[k]! += y[k]! * y[k]!;
  }
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) xx[j * columns + i] = xx[i * columns + j]!;
  return { rows, meanX, meanY, xx, xy, yy };
}

/** A linear map x → x · weights + intercept, and the penalty it was fitted with. */
export interface Linear {
  /** [columns, outputs]. */
  readonly weights: Float64Array;
  readonly intercept: Float64Array;
  /** The penalty of each output. */
  readonly alpha: Float64Array;
}

/** Solves A x = b for symmetric positive definite A [n, n] and b [n, m] by Cholesky's factors; b becomes x. */
export function solve(matrix: Float64Array, n: number, b: Float64Array, m: number): void {
  const l = matrix;
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) {
      const factor = l[j * n + k]!;
      for (let i = j; i < n; i++) l[i * n + j]! -= l[i * n + k]! * factor;
    }
    const pivot = Math.sqrt(Math.max(l[j * n + j]!, Number.MIN_VALUE));
    for (let i = j; i < n; i++) l[i * n + j]! /= pivot;
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) for (let c = 0; c < m; c++) b[i * m + c]! -= l[i * n + k]! * b[k * m + c]!;
    for (let c = 0; c < m; c++) b[i * m + c]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) for (let c = 0; c < m; c++) b[i * m + c]! -= l[k * n + i]! * b[k * m + c]!;
    for (let c = 0; c < m; c++) b[i * m + c]! /= l[i * n + i]!;
  }
}

/** Weights [columns, outputs] that minimise Σ (y − x·w)² + α |w|² of centred rows (the intercept bears no penalty). */
export function ridgeWeights({ meanX, meanY, xx, xy }: Moments, alpha: number): Float64Array {
  const columns = meanX.length;
  const matrix = xx.slice();
  for (let i = 0; i < columns; i++) matrix[i * columns + i]! += alpha;
  const weights = xy.slice();
  solve(matrix, columns, weights, meanY.length);
  return weights;
}

/** Degrees of freedom of a ridge fit: the trace of (XᵀX + α)⁻¹ XᵀX, and one for the intercept. */
function freedom({ meanX, xx }: Moments, alpha: number): number {
  const columns = meanX.length;
  const matrix = xx.slice();
  for (let i = 0; i < columns; i++) matrix[i * columns + i]! += alpha;
  const product = xx.slice();
  solve(matrix, columns, product, columns);
  let trace = 1;
  for (let i = 0; i < columns; i++) trace += product[i * columns + i]!;
  return trace;
}

function squaredError({ meanX, meanY, xx, xy, yy }: Moments, weights: Float64Array, k: number): number {
  const columns = meanX.length;
  const outputs = meanY.length;
  let sum = yy[k]!;
  for (let i = 0; i < columns; i++) {
    let product = -2 * xy[i * outputs + k]!;
    for (let j = 0; j < columns; j++) product += xx[i * columns + j]! * weights[j * outputs + k]!;
    sum += product * weights[i * outputs + k]!;
  }
  return Math.max(0, sum);
}

/**
 * Ridge regression whose penalty, of those given, has the least generalised cross-validation error
 * n·RSS / (n − degrees of freedom)², for each output on its own (Golub, Heath and Wahba 1979, Technometrics 21).
 */
export function ridge(moments: Moments, alphas: readonly number[]): Linear {
  const columns = moments.meanX.length;
  const outputs = moments.meanY.length;
  const least = new Float64Array(outputs).fill(Number.POSITIVE_INFINITY);
  const alpha = new Float64Array(outputs).fill(alphas.at(-1)!);
  const weights = new Float64Array(columns * outputs);
  for (const candidate of alphas) {
    const fitted = ridgeWeights(moments, candidate);
    const free = moments.rows - freedom(moments, candidate);
    for (let k = 0; k < outputs; k++) {
      const isLast = least[k] === Number.POSITIVE_INFINITY && candidate === alphas.at(-1);
      const error = (moments.rows * squaredError(moments, fitted, k)) / (free * free);
      if (!isLast && !(free > 0 && error < least[k]!)) continue;
      least[k] = error;
      alpha[k] = candidate;
      for (let i = 0; i < columns; i++) weights[i * outputs + k] = fitted[i * outputs + k]!;
    }
  }
  const intercept = moments.meanY.map((mean, k) =>
    moments.meanX.reduce((sum, x, i) => sum - x * weights[i * outputs + k]!, mean),
  );
  return { weights, intercept, alpha };
}
