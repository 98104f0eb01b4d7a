import { HillockError } from '../errors.ts';
import { fingerprint } from './fingerprint.ts';
import type { ImageOptions, ImageSource } from './image-source.ts';
import { type ImageShape, type Images, makeImages } from './images.ts';
import { holdsClasses, holdsPictures, isPictureName, layoutOf, type PicturePart } from './picture-layout.ts';
import { type DecodedPictures, listRejectedImages, readPictures } from './pictures.ts';
import type { ReadNote } from './table.ts';

const beginnings: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x49, 0x49, 0x2a, 0x00],
  [0x4d, 0x4d, 0x00, 0x2a],
];

const looksLikePicture = (bytes: Uint8Array): boolean =>
  beginnings.some(beginning => beginning.every((byte, i) => bytes[i] === byte));

/** Pictures: a folder with one folder a class, perhaps below train and test; a folder without classes; one file. */
export const pictureSource: ImageSource = {
  name: 'pictures: a folder with one folder a class, or a file',
  named: '.png .jpg .jpeg .webp .gif .tif; the class folders may stand in train and test (or val)',
  matches: ({ path, folder, entries, beginning }) =>
    folder ? holdsPictures(path) : isPictureName(entries[0]!) || looksLikePicture(beginning),
  hasClasses: ({ path, folder }) => folder && holdsClasses(path),
  async read({ path, folder }, options) {
    if (!folder) return { kind: 'images-split', source: path, train: await readPictureFiles([path], options) };
    const layout = await layoutOf(path);
    const parts = [layout.train, ...(layout.test ? [layout.test] : [])];
    const read = await readPictures(
      path,
      parts.map(part => part.files),
      options,
    );
    const [train, test] = parts.map((part, i) => imagesOf(path, part, read.parts[i]!, read.shape));
    const notes = [
      ...layout.notes.map(message => ({ message })),
      ...read.notes,
      ...train!.notes,
      ...twinNotes(train!, test),
    ];
    return { kind: 'images-split', source: path, train: { ...train!, notes }, ...(test && { test }) };
  },
};

/** Reads files of pictures, which have no classes. */
export async function readPictureFiles(paths: readonly string[], options: ImageOptions = {}): Promise<Images> {
  if (paths.length === 0) throw new HillockError('usage', 'which pictures should be read?');
  const source = paths.length === 1 ? paths[0]! : `${paths[0]!} and ${paths.length - 1} more`;
  const files = paths.map(path => ({ path, name: path, label: -1 }));
  const { shape, parts, notes } = await readPictures(source, [files], options);
  const images = imagesOf(source, { classes: [], files }, parts[0]!, shape);
  return { ...images, notes: [...notes, ...images.notes] };
}

function imagesOf(source: string, { classes }: PicturePart, decoded: DecodedPictures, shape: ImageShape): Images {
  const { files, pixels, rejected } = decoded;
  const cannot = rejected.length === 1 ? '1 picture' : `${rejected.length.toLocaleString('en')} pictures`;
  const notes =
    rejected.length === 0 ? [] : [{ message: `${cannot} cannot be decoded: ${listRejectedImages(rejected)}` }];
  return makeImages({
    source,
    rows: files.length,
    shape,
    pixels,
    labels: classes.length > 0 ? Int32Array.from(files, ({ label }) => label) : null,
    classNames: classes,
    names: files.map(({ name }) => name),
    rejected,
    notes,
  });
}

/** Says which pictures stand in two classes, and which test pictures are training pictures too. */
function twinNotes(train: Images, test: Images | undefined): readonly ReadNote[] {
  const firsts = new Map<string, { readonly name: string; readonly className: string }>();
  const torn: string[] = [];
  const leaked: string[] = [];
  for (const [images, isTest] of [
    [train, false],
    [test, true],
  ] as const) {
    for (let row = 0; row < (images?.labels ? images.rows : 0); row++) {
      const { shape, pixels, labels, classNames, names } = images!;
      const size = shape[0] * shape[1] * shape[2];
      const key = fingerprint()
        .bytes(pixels.subarray(row * size, (row + 1) * size))
        .hex();
      const own = { name: names![row]!, className: classNames[labels![row]!]! };
      const first = firsts.get(key);
      if (!first) firsts.set(key, own);
      else if (first.className !== own.className) torn.push(`${first.name} and ${own.name}`);
      else if (isTest) leaked.push(own.name);
    }
  }
  const some = (all: readonly string[]): string => all.slice(0, 3).join('; ') + (all.length > 3 ? '; …' : '');
  return [
    torn.length > 0 &&
      `the same picture stands in two classes, ${torn.length === 1 ? 'once' : `${torn.length.toLocaleString('en')} times`}: ${some(torn)}`,
    leaked.length > 0 &&
      `${leaked.length.toLocaleString('en')} test ${leaked.length === 1 ? 'picture is a training picture' : 'pictures are training pictures'} too, so the test flatters: ${some(leaked)}`,
  ].flatMap(message => (message === false ? [] : [{ message }]));
}
