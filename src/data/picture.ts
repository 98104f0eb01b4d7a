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

const install = 'install it with: npm install sharp';

/** Loads the decoder; throws `HillockError` kind `device` where sharp is not installed. */
export async function pictureDecoder(): Promise<PictureDecoder> {
  const open = await load();
  return {
    header: file => plainly(async () => headerOf(await open(file).metadata())),
    decode: (file, shape) => plainly(() => pixelsOf(open(file).autoOrient().flatten({ background: '#fff' }), shape)),
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
