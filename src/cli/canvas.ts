/** A grid of dots drawn into characters: braille has 2 × 4 dots a character, ASCII 1 × 2. */
export interface Canvas {
  /** Dots across and down. */
  readonly width: number;
  readonly height: number;
  /** Dots across and down in one character. */
  readonly dotsX: number;
  readonly dotsY: number;
  /** Sets a dot, counted from the top left; what lies outside is not drawn. */
  dot(x: number, y: number, series: number): void;
  /** Sets the dots of a line, only those that `pen` lets through. */
  line(from: Dot, to: Dot, series: number, pen?: (step: number) => boolean): void;
  /** The characters, row by row, each with the series last drawn there (−1: none). */
  cells(): readonly (readonly CanvasCell[])[];
}

/** A position in dots. */
export interface Dot {
  readonly x: number;
  readonly y: number;
}

/** One character of a canvas. */
export interface CanvasCell {
  readonly character: string;
  readonly series: number;
}

const asciiSeries = '*+ox#@';
const brailleBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** An empty canvas of so many characters; `marks` gives each series its own character where braille is missing. */
export function canvas(columns: number, rows: number, unicode: boolean, marks = false): Canvas {
  const dotsX = unicode ? 2 : 1;
  const dotsY = unicode ? 4 : 2;
  const width = columns * dotsX;
  const height = rows * dotsY;
  const bits = new Uint8Array(columns * rows);
  const owners = new Int16Array(columns * rows).fill(-1);
  const dot = (x: number, y: number, series: number): void => {
    if (!(x >= 0 && x < width && y >= 0 && y < height)) return;
    const cell = Math.floor(y / dotsY) * columns + Math.floor(x / dotsX);
    bits[cell]! |= unicode ? brailleBits[y % 4]![x % 2]! : 1 << (y % 2);
    owners[cell] = series;
  };
  const character = (cell: number): string => {
    if (bits[cell] === 0) return ' ';
    if (unicode) return String.fromCharCode(0x2800 + bits[cell]!);
    return marks ? asciiSeries[owners[cell]! % asciiSeries.length]! : " '.:"[bits[cell]!]!;
  };
  return {
    width,
    height,
    dotsX,
    dotsY,
    dot,
    line(from, to, series, pen = () => true) {
      const steps = Math.min(1e5, Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1));
      for (let i = 0; i <= steps; i++) {
        const share = i / steps;
        const x = Math.round(from.x + (to.x - from.x) * share);
        const y = Math.round(from.y + (to.y - from.y) * share);
        if (pen(x)) dot(x, y, series);
      }
    },
    cells: () =>
      Array.from({ length: rows }, (_, row) =>
        Array.from({ length: columns }, (_, column) => {
          const cell = row * columns + column;
          return { character: character(cell), series: owners[cell]! };
        }),
      ),
  };
}
