import type { Random } from '../../random.ts';
import { makeTable, numberColumn, type Table, textColumn } from '../table.ts';

type Point = readonly [x: number, y: number, label: string];

function points(name: string, rows: number, draw: (row: number) => Point): Table {
  const drawn = Array.from({ length: rows }, (_, row) => draw(row));
  return makeTable(
    `demo:${name}`,
    [
      numberColumn(
        'x',
        drawn.map(([x]) => round(x)),
      ),
      numberColumn(
        'y',
        drawn.map(([, y]) => round(y)),
      ),
      textColumn(
        'class',
        drawn.map(([, , label]) => label),
      ),
    ],
    { target: 'class' },
  );
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Two interleaved half circles. */
export const moons = {
  name: 'moons',
  title: 'two interleaved half circles in the plane',
  kind: 'table',
  task: 'binary',
  target: 'class',
  make: (rng: Random) =>
    points('moons', 1000, row => {
      const angle = Math.PI * rng.uniform();
      const noise = (): number => 0.15 * rng.normal();
      return row % 2 === 0
        ? [Math.cos(angle) + noise(), Math.sin(angle) + noise(), 'upper']
        : [1 - Math.cos(angle) + noise(), 0.5 - Math.sin(angle) + noise(), 'lower'];
    }),
} as const;

/** Three arms of a spiral. */
export const spiral = {
  name: 'spiral',
  title: 'three arms of a spiral in the plane',
  kind: 'table',
  task: 'multiclass',
  target: 'class',
  make: (rng: Random) =>
    points('spiral', 1500, row => {
      const arm = row % 3;
      const radius = Math.sqrt(rng.uniform());
      const angle = (2 * Math.PI * arm) / 3 + 4 * radius + 0.12 * rng.normal();
      return [radius * Math.cos(angle), radius * Math.sin(angle), ['red', 'green', 'blue'][arm]!];
    }),
} as const;

/** The four corners that no single neuron can part. */
export const xor = {
  name: 'xor',
  title: 'exclusive or: the corners of a square that no single neuron can part',
  kind: 'table',
  task: 'binary',
  target: 'class',
  make: (rng: Random) =>
    points('xor', 800, row => {
      const [a, b] = [row & 1, (row >> 1) & 1];
      return [a + 0.15 * rng.normal(), b + 0.15 * rng.normal(), a === b ? 'same' : 'different'];
    }),
} as const;
