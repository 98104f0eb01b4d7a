/** One filter over one channel, number by number. */

export interface Moves {
  readonly padding: number;
  readonly stride: number;
  readonly dilation: number;
}

/** A square of numbers, row by row. */
export interface Square {
  readonly size: number;
  readonly values: readonly number[];
}

/** ⌊(n + 2·padding − dilation·(k − 1) − 1) / stride⌋ + 1: how many places the kernel has each way; below 1 there are none. */
export const placesOf = (size: number, kernel: number, { padding, stride, dilation }: Moves): number =>
  Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;

/** One product of a place: a number of the picture (0 in the padding) times one of the kernel. */
export interface Product {
  readonly row: number;
  readonly column: number;
  readonly inside: boolean;
  readonly x: number;
  readonly w: number;
}

/** What the kernel meets at a place of the map. */
export function patchAt(image: Square, kernel: Square, moves: Moves, row: number, column: number): readonly Product[] {
  return kernel.values.map((w, i) => {
    const r = row * moves.stride - moves.padding + Math.floor(i / kernel.size) * moves.dilation;
    const c = column * moves.stride - moves.padding + (i % kernel.size) * moves.dilation;
    const inside = r >= 0 && c >= 0 && r < image.size && c < image.size;
    return { row: r, column: c, inside, x: inside ? image.values[r * image.size + c]! : 0, w };
  });
}

/** The map of the filter: at each place the sum of the products and the bias. */
export function convolve(image: Square, kernel: Square, bias: number, moves: Moves): Square {
  const size = Math.max(0, placesOf(image.size, kernel.size, moves));
  const values = Array.from({ length: size * size }, (_, i) =>
    patchAt(image, kernel, moves, Math.floor(i / size), i % size).reduce((sum, { x, w }) => sum + x * w, bias),
  );
  return { size, values };
}

export const kernels = {
  vertical: { title: 'upright edges', values: [-1, 0, 1, -1, 0, 1, -1, 0, 1] },
  horizontal: { title: 'level edges', values: [-1, -1, -1, 0, 0, 0, 1, 1, 1] },
  outline: { title: 'outlines', values: [-1, -1, -1, -1, 8, -1, -1, -1, -1] },
  mean: { title: 'mean', values: Array.from({ length: 9 }, () => 1 / 9) },
  same: { title: 'nothing', values: [0, 0, 0, 0, 1, 0, 0, 0, 0] },
} as const;

const lines = (...rows: readonly string[]): readonly number[] =>
  rows.flatMap(row => [...row].map(letter => (letter === '#' ? 1 : 0)));

export const pictures = {
  seven: {
    title: 'a seven',
    values: lines(
      '..........',
      '.########.',
      '.########.',
      '......##..',
      '.....##...',
      '.....##...',
      '....##....',
      '....##....',
      '...##.....',
      '..........',
    ),
  },
  ring: {
    title: 'a ring',
    values: lines(
      '..........',
      '...####...',
      '..######..',
      '.##....##.',
      '.##....##.',
      '.##....##.',
      '.##....##.',
      '..######..',
      '...####...',
      '..........',
    ),
  },
  steps: {
    title: 'steps',
    values: lines(
      '..........',
      '.##.......',
      '.##.......',
      '.####.....',
      '.####.....',
      '.######...',
      '.######...',
      '.########.',
      '.########.',
      '..........',
    ),
  },
} as const;
