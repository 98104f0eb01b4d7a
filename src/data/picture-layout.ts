/** How pictures lie in folders: one folder a class, perhaps below train and test. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PictureFile } from './pictures.ts';

/** A training or a test part. */
export interface PicturePart {
  /** Names of the class folders in order; none where the pictures have no class. */
  readonly classes: readonly string[];
  readonly files: readonly PictureFile[];
}

/** What a folder of pictures holds. */
export interface PictureLayout {
  readonly train: PicturePart;
  readonly test?: PicturePart;
  /** What is left out, in words. */
  readonly notes: readonly string[];
}

const pictureName = /\.(?:png|jpe?g|jpe|webp|gif|tiff?)$/i;
const hidden = /^(?:\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;
const trainName = /^train(?:ing)?$/i;
const testName = /^test(?:ing)?$/i;
const validationName = /^(?:val|valid|validation)$/i;

/** Whether a file is a picture by its name. */
export const isPictureName = (name: string): boolean => pictureName.test(name);

interface Listing {
  readonly folders: readonly string[];
  readonly pictures: readonly string[];
  readonly others: readonly string[];
}

/** What stands in a folder, sorted; links are followed, hidden files are not there. */
async function list(folder: string): Promise<Listing> {
  const listing = { folders: [] as string[], pictures: [] as string[], others: [] as string[] };
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (hidden.test(entry.name)) continue;
    const kind = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => entry) : entry;
    if (kind.isDirectory()) listing.folders.push(entry.name);
    else (kind.isFile() && isPictureName(entry.name) ? listing.pictures : listing.others).push(entry.name);
  }
  return listing;
}

/** The files below a folder, by their paths from it; a link back to a folder above is not followed. */
async function walk(folder: string, above: readonly string[] = []): Promise<Omit<Listing, 'folders'>> {
  const real = await realpath(folder);
  if (above.includes(real)) return { pictures: [], others: [] };
  const { folders, pictures, others } = await list(folder);
  const inside = await Promise.all(folders.map(name => walk(join(folder, name), [...above, real])));
  const below = (kind: 'pictures' | 'others'): string[] =>
    folders.flatMap((name, i) => inside[i]![kind].map(path => `${name}/${path}`));
  return { pictures: [...pictures, ...below('pictures')], others: [...others, ...below('others')] };
}

/** Whether there is a picture in a folder or in those below it. */
export async function holdsPictures(folder: string, depth = 4): Promise<boolean> {
  const { folders, pictures } = await list(folder);
  if (pictures.length > 0) return true;
  for (const name of depth > 0 ? folders : []) if (await holdsPictures(join(folder, name), depth - 1)) return true;
  return false;
}

/** Whether at least two folders in a folder, or in the only one that it holds, are classes or parts of pictures. */
export async function holdsClasses(folder: string, depth = 3): Promise<boolean> {
  const { folders } = await list(folder);
  const held = await Promise.all(folders.map(name => holdsPictures(join(folder, name)).catch(() => false)));
  const [only, ...more] = folders.filter((_, i) => held[i]);
  return only !== undefined && (more.length > 0 || (depth > 0 && holdsClasses(join(folder, only), depth - 1)));
}

/**
 * Finds the parts and classes of a folder: folders named train and test (or val) are parts; in a part each folder is
 * a class, with everything below it. A folder that holds nothing but one folder of folders stands for that one.
 */
export async function layoutOf(root: string): Promise<PictureLayout> {
  const listing = await list(root);
  const train = listing.folders.find(name => trainName.test(name));
  const tests = listing.folders.filter(name => testName.test(name));
  const held = [...tests, ...listing.folders.filter(name => validationName.test(name))];
  const parted = train !== undefined && (held.length > 0 || (await list(join(root, train))).folders.length > 0);
  if (!parted) {
    const only = listing.pictures.length === 0 && listing.folders.length === 1 ? listing.folders[0]! : undefined;
    const inner = only === undefined ? undefined : await list(join(root, only));
    if (only !== undefined && inner!.pictures.length === 0 && inner!.folders.length > 0)
      return beneath(await layoutOf(join(root, only)), only);
    const { notes, ...part } = await partAt(root, '');
    return { train: part, notes };
  }
  const own = await partAt(root, `${train}/`);
  const other = held[0] === undefined ? undefined : await partAt(root, `${held[0]}/`);
  const left = [...held.slice(1), ...listing.folders.filter(name => name !== train && !held.includes(name))];
  const notes = [
    ...own.notes,
    ...(other?.notes ?? []),
    ...(held[0] !== undefined && tests.length === 0 ? [`the test part is the folder ${held[0]}`] : []),
    ...(left.length > 0 ? [`left out beside ${[train, ...held.slice(0, 1)].join(' and ')}: ${some(left)}`] : []),
  ];
  return { train: own, ...(other && other.files.length > 0 && { test: other }), notes };
}

function beneath({ train, test, notes }: PictureLayout, folder: string): PictureLayout {
  const below = ({ classes, files }: PicturePart): PicturePart => ({
    classes,
    files: files.map(file => ({ ...file, name: `${folder}/${file.name}` })),
  });
  return { train: below(train), ...(test && { test: below(test) }), notes };
}

async function partAt(root: string, prefix: string): Promise<PicturePart & { readonly notes: readonly string[] }> {
  const folder = join(root, prefix);
  const { folders, pictures, others } = await list(folder);
  const found = await Promise.all(folders.map(name => walk(join(folder, name))));
  const at = (path: string, label: number): PictureFile => ({
    path: join(folder, path),
    name: prefix + path,
    label,
  });
  const classes = folders.filter((_, i) => found[i]!.pictures.length > 0);
  const empty = folders.filter(name => !classes.includes(name));
  const files = folders.flatMap((name, i) =>
    found[i]!.pictures.map(path => at(`${name}/${path}`, classes.indexOf(name))),
  );
  const strange = [...others, ...folders.flatMap((name, i) => found[i]!.others.map(path => `${name}/${path}`))];
  const loose = classes.length > 0 ? pictures : [];
  const here = (names: readonly string[]): string => some(names.map(name => prefix + name));
  const notes = [
    empty.length > 0 && `folders without pictures are no classes: ${here(empty)}`,
    loose.length > 0 && `pictures outside the class folders are left out: ${here(loose)}`,
    strange.length > 0 && `files that are no pictures are left out: ${here(strange)}`,
  ].filter(note => note !== false);
  return {
    classes: classes.map(name => name.normalize('NFC')),
    files: classes.length > 0 ? files : pictures.map(path => at(path, -1)),
    notes,
  };
}

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
