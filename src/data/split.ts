import { HillockError } from '../errors.ts';
import { permutation, type Random } from '../random.ts';

/** Row indexes of the three parts. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** Row indexes of one fold of a cross-validation. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Shares of the rows (0 ≤ share, sum < 1) for validation and test. */
export interface Shares {
  readonly validation: number;
  readonly test: number;
}

/** One code per row for stratification, such as class codes; negative codes form a group of their own. */
export type Strata = ArrayLike<number>;

/**
 * Splits `rows` rows at random; with `strata` every class keeps its share in every part, and a class
 * with a row for each asked part is in each of them. A class with a single row goes to train.
 */
export function split(rows: number, shares: Shares, rng: Random, strata?: Strata): Split {
  checkShares(shares);
  const parts: [number[], number[], number[]] = [[], [], []];
  const groups = strata ? grouped(rows, strata) : [Int32Array.from({ length: rows }, (_, row) => row)];
  let owedValidation = 0;
  let owedTest = 0;
  groups.forEach((group, index) => {
    const order = permutation(group.length, rng.split('split', index));
    owedValidation += shares.validation * group.length;
    owedTest += shares.test * group.length;
    const [validation, test] = partSizes(group.length, shares, owedValidation, owedTest);
    owedValidation -= validation;
    owedTest -= test;
    order.forEach((position, i) => {
      parts[i < test ? 2 : i < test + validation ? 1 : 0].push(group[position]!);
    });
  });
  const [train, validation, test] = parts.map(part => Int32Array.from(part).sort());
  return { train: train!, validation: validation!, test: test! };
}

// The parts of earlier groups owe or have in excess less than a row each, so the totals come out right too.
function partSizes(n: number, shares: Shares, owedValidation: number, owedTest: number): [number, number] {
  const wanted = (shares.validation > 0 ? 1 : 0) + (shares.test > 0 ? 1 : 0) + 1;
  if (n < 2) return [0, 0];
  const least = n >= wanted ? 1 : 0;
  const size = (share: number, owed: number): number => {
    if (share === 0) return 0;
    const floor = Math.floor(share * n);
    return Math.max(least, Math.min(floor + 1, Math.max(floor, Math.round(owed))));
  };
  let test = size(shares.test, owedTest);
  let validation = size(shares.validation, owedValidation);
  while (test + validation >= n) {
    if (validation > test) validation--;
    else test--;
  }
  return [validation, test];
}

/** Splits by time: the last rows are the test part, those before them validation; rows without a time go to train. */
export function splitByTime(times: ArrayLike<number>, shares: Shares): Split {
  checkShares(shares);
  const rows = Array.from({ length: times.length }, (_, row) => row);
  const timed = rows.filter(row => !Number.isNaN(times[row]!)).sort((a, b) => times[a]! - times[b]! || a - b);
  const untimed = rows.filter(row => Number.isNaN(times[row]!));
  const test = Math.round(shares.test * timed.length);
  const validation = Math.round(shares.validation * timed.length);
  const cut = Math.max(timed.length - test - validation, 0);
  return {
    train: Int32Array.from([...untimed, ...timed.slice(0, cut)]),
    validation: Int32Array.from(timed.slice(cut, timed.length - test)),
    test: Int32Array.from(timed.slice(timed.length - test)),
  };
}

/** k folds whose test parts cover every row once; with `strata` every class is spread evenly over the folds. */
export function kfold(rows: number, k: number, rng: Random, strata?: Strata): Fold[] {
  if (!Number.isInteger(k) || k < 2 || k > rows) {
    throw new HillockError(
      'usage',
      `cross-validation needs between 2 and ${rows} folds (one row each at most), got ${k}`,
    );
  }
  const fold = new Int32Array(rows);
  const groups = strata ? grouped(rows, strata) : [Int32Array.from({ length: rows }, (_, row) => row)];
  let next = 0;
  groups.forEach((group, index) => {
    for (const position of permutation(group.length, rng.split('kfold', index))) {
      fold[group[position]!] = next;
      next = (next + 1) % k;
    }
  });
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  return Array.from({ length: k }, (_, f) => ({
    train: all.filter(row => fold[row] !== f),
    test: all.filter(row => fold[row] === f),
  }));
}

function checkShares({ validation, test }: Shares): void {
  if (validation >= 0 && test >= 0 && validation + test < 1) return;
  throw new HillockError(
    'usage',
    `the validation share (${validation}) and the test share (${test}) must be at least 0 and together below 1`,
  );
}

function grouped(rows: number, strata: Strata): Int32Array[] {
  if (strata.length !== rows) {
    throw new HillockError('unexpected', `${strata.length} class codes for ${rows} rows`);
  }
  const groups = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const code = strata[row]! < 0 || Number.isNaN(strata[row]!) ? -1 : strata[row]!;
    const group = groups.get(code);
    if (group) group.push(row);
    else groups.set(code, [row]);
  }
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, group]) => Int32Array.from(group));
}
