/** Points in the plane of two inputs, each with its target. */
export interface Point {
  readonly x1: number;
  readonly x2: number;
  readonly target: number;
}

const corners = (targets: readonly [number, number, number, number]): readonly Point[] =>
  targets.map((target, i) => ({ x1: i >> 1, x2: i & 1, target }));

/** Questions of two yes-or-no inputs. */
export const pointSets = {
  and: { title: 'AND', points: corners([0, 0, 0, 1]) },
  or: { title: 'OR', points: corners([0, 1, 1, 1]) },
  xor: { title: 'XOR', points: corners([0, 1, 1, 0]) },
} as const;
