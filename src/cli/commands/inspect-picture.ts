import type { Images } from '../../data/index.ts';
import type { Terminal } from '../terminal.ts';

/** An image in shades of grey, two characters a pixel; larger ones are drawn with fewer pixels. */
export function pictureText({ shape, pixels }: Images, index: number, { unicode, columns }: Terminal): string {
  const [height, width, channels] = shape;
  const step = Math.max(1, Math.ceil((2 * width) / Math.min(columns, 80)), Math.ceil(height / 40));
  const shades = unicode ? ' ░▒▓█' : ' .:*#';
  const grey = (y: number, x: number): number => {
    const at = ((index * height + y) * width + x) * channels;
    return pixels.subarray(at, at + channels).reduce((sum, value) => sum + value / channels, 0);
  };
  const lines: string[] = [];
  for (let y = 0; y < height; y += step) {
    let line = '';
    for (let x = 0; x < width; x += step)
      line += shades[Math.min(shades.length - 1, Math.floor((grey(y, x) / 256) * shades.length))]!.repeat(2);
    lines.push(line.trimEnd());
  }
  return lines.join('\n');
}
