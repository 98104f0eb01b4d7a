/** Where the layers, neurons and matrices of a network's picture lie. */
import type { Box, Look } from './look.ts';

/** A column of a network's picture. */
export interface NetworkLayer {
  readonly name: string;
  /** What it is, in a few words: `dense, relu`. */
  readonly about: string;
  /** Neurons, or numbers that come out. */
  readonly size: number;
  /** What the neurons are called. */
  readonly labels?: readonly string[];
  /** What comes out of each on some row. */
  readonly values?: ArrayLike<number>;
  /** Of every neuron of the layer before to each of this one: [before, size], row by row. */
  readonly weights?: ArrayLike<number>;
  /** The same made smaller, where either layer is a block. */
  readonly matrix?: { readonly values: ArrayLike<number>; readonly rows: number; readonly columns: number };
}

export interface NetworkPicture {
  readonly caption: string;
  /** The inputs first. */
  readonly layers: readonly NetworkLayer[];
}

/** More neurons than this are drawn as one block. */
export const mostNeurons = 24;

export interface NetworkColumn {
  readonly x: number;
  /** The block, or the rectangle around the neurons. */
  readonly box: Box;
  /** Centres of the neurons; none where they are a block. */
  readonly neurons: readonly { readonly x: number; readonly y: number }[];
}

export interface NetworkLayout {
  readonly radius: number;
  readonly columns: readonly NetworkColumn[];
  /** Between a column and the one before it, where a matrix stands for the edges; the first is null. */
  readonly matrices: readonly (Box | null)[];
}

const header = 38;
const blockWidth = 34;

export function networkLayout({ layers }: NetworkPicture, { width, height }: Look): NetworkLayout {
  const named = layers.map(({ labels, size }) => labels !== undefined && size <= mostNeurons);
  const left = named[0] ? Math.min(130, width * 0.2) : 30;
  const right = layers.length > 1 && named.at(-1) ? Math.min(110, width * 0.16) : 30;
  const step = layers.length > 1 ? (width - left - right) / (layers.length - 1) : 0;
  const room = { y: header, height: Math.max(20, height - header - 8) };
  const most = Math.max(1, ...layers.map(({ size }) => (size <= mostNeurons ? size : 1)));
  const radius = Math.max(3, Math.min(14, (room.height / most) * 0.4, step > 0 ? step * 0.18 : 14));
  const columns = layers.map(({ size }, i): NetworkColumn => {
    const x = left + i * step;
    const middle = room.y + room.height / 2;
    if (size > mostNeurons) {
      const tall = room.height * Math.min(1, 0.45 + Math.log10(size) * 0.12);
      return { x, box: { x: x - blockWidth / 2, y: middle - tall / 2, width: blockWidth, height: tall }, neurons: [] };
    }
    const apart = Math.min(room.height / size, radius * 3.4);
    const neurons = Array.from({ length: size }, (_, n) => ({ x, y: middle + (n - (size - 1) / 2) * apart }));
    const tall = (size - 1) * apart + 2 * radius;
    return { x, box: { x: x - radius, y: middle - tall / 2, width: radius * 2, height: tall }, neurons };
  });
  const matrices = layers.map(({ weights, matrix }, i): Box | null => {
    const [before, here] = [columns[i - 1], columns[i]!];
    if (!before || !(weights ?? matrix) || (before.neurons.length > 0 && here.neurons.length > 0)) return null;
    const free = { from: before.box.x + before.box.width + 8, to: here.box.x - 8 };
    const size = Math.min(free.to - free.from, room.height * 0.6, 120);
    if (size < 12) return null;
    return {
      x: (free.from + free.to - size) / 2,
      y: room.y + (room.height - size) / 2,
      width: size,
      height: size,
    };
  });
  return { radius, columns, matrices };
}
