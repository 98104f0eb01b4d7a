/** The one size that pictures of any size get, and what is said about it. */
import type { ImageOptions } from './image-source.ts';
import type { ImageShape } from './images.ts';
import type { PictureHeader } from './picture.ts';
import type { ReadNote } from './table.ts';

/** A picture's header under its name. */
export interface SeenHeader extends PictureHeader {
  readonly name: string;
}

/** Longer side of pictures that are all alike and stay as they are. */
const largestAlike = 256;
/** Longer side of pictures that are resized, unless told. */
const largestResized = 64;

/**
 * The shape for pictures: as they are where all have one size of at most 256, else the medians of height and width,
 * shrunk until the longer is at most 64; `size` × `size` where it is given. Grey where all are grey, else colour.
 */
export function shapeFor(headers: readonly PictureHeader[], size?: number): ImageShape {
  const channels = headers.every(header => header.channels === 1) ? 1 : 3;
  if (size !== undefined) return [size, size, channels];
  const [height, width] = [median(headers.map(header => header.height)), median(headers.map(header => header.width))];
  const longer = Math.max(height, width);
  if (alike(headers) && longer <= largestAlike) return [height, width, channels];
  const scale = Math.min(1, largestResized / longer);
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale)), channels];
}

const alike = ([first, ...others]: readonly PictureHeader[]): boolean =>
  others.every(({ height, width }) => height === first!.height && width === first!.width);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

/** What happens to the pictures on their way to the shape, in words. */
export function headerNotes(
  headers: readonly SeenHeader[],
  shape: ImageShape,
  { imageSize, shape: given }: ImageOptions,
): readonly ReadNote[] {
  const [height, width, channels] = shape;
  const chosen = given || imageSize !== undefined ? '' : '; --image-size N takes N×N';
  const resized = headers.filter(header => header.height !== height || header.width !== width);
  const stretched = resized.some(
    header => Math.abs(header.height * width - header.width * height) > Math.max(header.height, header.width),
  );
  const turned = headers.filter(header => header.channels !== channels);
  const transparent = headers.filter(header => header.transparent);
  const notes = [
    resized.length > 0 &&
      `${some(resized, headers)} resized to ${height}×${width} (height × width)${stretched ? ', stretched where the proportions differ' : ''}: ${sizesOf(resized)}${chosen}`,
    turned.length > 0 &&
      (channels === 1
        ? `${some(turned, headers)} turned from colour into grey`
        : `${some(turned, headers)} grey, taken as colour`),
    transparent.length > 0 && `${some(transparent, headers)} laid on white: they have a channel of transparency`,
  ];
  return notes.flatMap(message => (message ? [{ message }] : []));
}

/** The pictures a note is about, by number, or by name where it is one. */
function some(chosen: readonly SeenHeader[], all: readonly SeenHeader[]): string {
  if (chosen.length === 1) return `${chosen[0]!.name} is`;
  const count = chosen.length.toLocaleString('en');
  return chosen.length === all.length
    ? `all ${count} pictures are`
    : `${count} of ${all.length.toLocaleString('en')} pictures are`;
}

function sizesOf(headers: readonly SeenHeader[]): string {
  const sizes = new Set(headers.map(({ height, width }) => `${height}×${width}`));
  if (sizes.size <= 3) return `they had ${[...sizes].join(', ')}`;
  const heights = headers.map(({ height }) => height);
  const widths = headers.map(({ width }) => width);
  const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
  return `they had ${sizes.size.toLocaleString('en')} sizes, ${least(heights)} to ${most(heights)} high and ${least(widths)} to ${most(widths)} wide`;
}
