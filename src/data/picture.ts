/** The one place that decodes and resizes pictures; sharp is an optional dependency, loaded when the first picture is. */
import type { Metadata, Sharp, SharpInput, SharpOptions } from 'sharp';
import { HillockError } from '../errors.ts';
import type { ImageShape } from './images.ts';

/** What is known of a picture before it is decoded. */
export interface PictureHeader {
  /** As it is to be looked at: the rotation in its EXIF data is done. */
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Whether it has a channel of transparency. */
  readonly transparent: boolean;
}

/** Decodes pictures on threads of its own; failures are plain errors with a message of one line. */
export interface PictureDecoder {
  header(file: Uint8Array): Promise<PictureHeader>;
  /** Pixels of a PNG, JPEG, WebP, GIF or TIFF file: turned upright, laid on white, resized, in grey or in colour. */
  decode(file: Uint8Array, shape: ImageShape): Promise<Uint8Array>;
  /** Pixels brought to another size or number of channels. */
  convert(pixels: Uint8Array, from: ImageShape, to: ImageShape): Promise<Uint8Array>;
}

/** The formats that are decoded, whatever a file is called: others (SVG among them) can do more than show pixels. */
const formats: readonly string[] = ['png', 'jpeg', 'webp', 'gif', 'tiff'];
/** A file of a few kilobytes can claim any size, and what decoding takes grows with the longest row. */
const longestSide = 32_768;
const mostPixels = 100_000_000;

const install = 'install it with: npm install sharp';

/** Loads the decoder; throws `HillockError` kind `device` where sharp is not installed. */
export async function pictureDecoder(): Promise<PictureDecoder> {
  const open = await load();
  return {
    header: file => plainly(async () => headerOf(checked(await open(file).metadata()))),
    decode: (file, shape) =>
      plainly(async () => {
        const picture = open(file);
        checked(await picture.metadata());
        return pixelsOf(picture.autoOrient().flatten({ background: '#fff' }), shape);
      }),
    convert: (pixels, [height, width, channels], to) =>
      plainly(() => pixelsOf(open(pixels, { raw: { height, width, channels: channels as 1 | 3 } }), to)),
  };
}

async function load(): Promise<(input: SharpInput, options?: SharpOptions) => Sharp> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new HillockError(
      'device',
      missing
        ? 'pictures are decoded and resized by the package sharp, which is not installed'
        : `pictures are decoded and resized by the package sharp, which does not load: ${firstLine(cause)}`,
      install,
      { cause },
    );
  }
}

function checked(metadata: Metadata): Metadata {
  const { format, width, height } = metadata;
  if (!formats.includes(format)) throw new HillockError('data', 'not a picture that can be decoded');
  if (Math.max(width, height) > longestSide || width * height > mostPixels)
    throw new HillockError('data', `it has too many pixels (${width}×${height})`);
  return metadata;
}

function headerOf({ width, height, autoOrient, space, hasAlpha }: Metadata): PictureHeader {
  const grey = space === 'b-w' || space === 'grey16';
  return {
    height: autoOrient.height ?? height,
    width: autoOrient.width ?? width,
    channels: grey ? 1 : 3,
    transparent: hasAlpha,
  };
}

async function pixelsOf(picture: Sharp, [height, width, channels]: ImageShape): Promise<Uint8Array> {
  const { data } = await picture
    .resize(width, height, { fit: 'fill' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (data.length === height * width * channels) return data;
  throw new Error(`decoded to ${data.length} bytes instead of ${height}×${width}×${channels}`);
}

async function plainly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof HillockError) throw cause;
    throw new Error(reasonOf(firstLine(cause)), { cause });
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.replace(/:\s*$/, '');

/** The words of the decoder as a person can do something with them. */
function reasonOf(message: string): string {
  if (/unsupported image format/i.test(message)) return 'not a picture that can be decoded';
  if (/buffer is empty/i.test(message)) return 'the file is empty';
  if (/pixel limit/i.test(message)) return 'it has too many pixels';
  return `damaged or cut off (${message.replace(/^Input buffer has /, '')})`;
}
