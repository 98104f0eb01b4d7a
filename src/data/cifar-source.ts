import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { didYouMean, HillockError } from '../errors.ts';
import { type CifarFile, type CifarKind, type CifarLabel, cifarKindOf, cifarShape, decodeCifar } from './cifar.ts';
import { readAll, readBytes } from './files.ts';
import type { ImageSource, Place } from './image-source.ts';
import { type Images, makeImages } from './images.ts';
import type { ReadNote } from './table.ts';
import { untar } from './tar.ts';

const recordsFile = /\.bin(?:\.gz)?$/i;
const knownFile = /^(?:data_batch|train|test).*\.bin(?:\.gz)?$/i;
const testFile = /^test/i;
const namesFile = /^(?:batches\.meta|(?:fine|coarse)_label_names)\.txt$/i;
const archive = /\.(?:tar|tar\.gz|tgz)$/i;
const knownArchive = /^cifar-100?-binary\.tar\.gz$/i;

/** CIFAR-10 and CIFAR-100 in their binary form: a folder, one file, or the archive as it is downloaded. */
export const cifarSource: ImageSource = {
  name: 'CIFAR-10 and CIFAR-100 binary records',
  named:
    'data_batch_1.bin … and test_batch.bin, or train.bin and test.bin, or one .bin; plain or .gz; cifar-10-binary.tar.gz',
  hasClasses: () => true,
  matches: ({ folder, entries }) =>
    entries.some(name =>
      folder ? knownFile.test(name) || knownArchive.test(name) : recordsFile.test(name) || archive.test(name),
    ),
  async read(place, options) {
    const files = await filesOf(place);
    const records = files.filter(({ source }) => recordsFile.test(source));
    if (records.length === 0) throw noRecords(place.path);
    const kind = oneKind(records);
    const label = chosenLabel(kind, options.label, place.path);
    const names = classNames(files, label);
    const images = (part: readonly CifarFile[]): Images => imagesOf(part, kind, label, names);
    const notes = notesOf(kind, label, names);
    const [test, train] = [true, false].map(wanted =>
      records.filter(({ source }) => testFile.test(basename(source)) === wanted),
    ) as [CifarFile[], CifarFile[]];
    const parts =
      train.length > 0 && test.length > 0
        ? { train: { ...images(train), notes }, test: images(test) }
        : { train: { ...images(records), notes } };
    const several = kind.labels.length > 1;
    return { kind: 'images-split', source: place.path, ...(several && { target: label.name }), ...parts };
  },
};

/** The files of records and of class names, in the order of the numbers in their names. */
async function filesOf(place: Place): Promise<readonly CifarFile[]> {
  const packed = place.entries.find(name => (place.folder ? knownArchive : archive).test(name));
  const found: CifarFile[] = [];
  if (packed !== undefined) {
    const source = place.folder ? join(place.path, packed) : place.path;
    const wanted = (name: string): boolean => recordsFile.test(name) || namesFile.test(basename(name));
    for await (const { name, bytes } of untar(readBytes(source), source, wanted)) found.push({ source: name, bytes });
  } else {
    const folder = place.folder ? place.path : dirname(place.path);
    const beside = place.folder ? place.entries : await readdir(folder);
    const own = place.folder ? withoutCopies(place.entries.filter(name => knownFile.test(name))) : place.entries;
    for (const name of [...own, ...beside.filter(entry => namesFile.test(entry))]) {
      found.push({ source: join(folder, name), bytes: await readAll(join(folder, name)) });
    }
  }
  const byNumber = new Intl.Collator('en', { numeric: true });
  return found.sort((a, b) => byNumber.compare(a.source, b.source));
}

/** The names without those that are another one packed. */
const withoutCopies = (names: readonly string[]): readonly string[] =>
  names.filter(name => !(name.endsWith('.gz') && names.includes(name.slice(0, -'.gz'.length))));

const noRecords = (path: string): HillockError =>
  new HillockError(
    'data',
    `${path} holds no CIFAR records (.bin)`,
    'get the binary version (cifar-10-binary.tar.gz or cifar-100-binary.tar.gz), or `hillock data get cifar10`',
  );

function oneKind(files: readonly CifarFile[]): CifarKind {
  const [first, ...others] = files.map(({ source, bytes }) => ({ source, kind: cifarKindOf(bytes, source) }));
  const other = others.find(({ kind }) => kind !== first!.kind);
  if (!other) return first!.kind;
  throw new HillockError(
    'data',
    `${first!.source} holds records of ${first!.kind.name}, ${other.source} of ${other.kind.name}`,
    'keep each data set in a folder of its own',
  );
}

/** Where a record has one label its name is free; of several it must be one of theirs. */
function chosenLabel({ name, labels, usual }: CifarKind, wanted: string | undefined, source: string): CifarLabel {
  const chosen = labels.length === 1 ? labels[0] : labels.find(label => label.name === (wanted ?? usual));
  if (chosen) return chosen;
  const names = labels.map(label => label.name);
  const near = didYouMean(wanted!, names);
  throw new HillockError(
    'usage',
    `${source} holds ${name}, whose labels are ${names.join(' and ')}, not '${wanted}'`,
    near === undefined ? `choose with --target ${names.join(' or --target ')}` : `did you mean --target ${near}?`,
  );
}

/** The names in the file that goes with the labels, one a line; undefined where there is none. */
function classNames(files: readonly CifarFile[], label: CifarLabel): readonly string[] | undefined {
  const file = files.find(({ source }) => basename(source).toLowerCase() === label.namesFile);
  if (!file) return undefined;
  const lines = new TextDecoder().decode(file.bytes).split('\n');
  const names = lines.map(line => line.trim()).filter(line => line !== '');
  if (names.length === label.classes && new Set(names).size === names.length) return names;
  throw new HillockError(
    'data',
    `${file.source} has ${new Set(names).size} different class names, expected ${label.classes}, one a line`,
  );
}

function imagesOf(
  files: readonly CifarFile[],
  kind: CifarKind,
  label: CifarLabel,
  names: readonly string[] | undefined,
): Images {
  const { pixels, labels } = decodeCifar(files, kind, label);
  return makeImages({
    source: files.length === 1 ? files[0]!.source : `${files[0]!.source} and ${files.length - 1} more`,
    rows: labels.length,
    shape: cifarShape,
    pixels,
    labels,
    classNames: names ?? Array.from({ length: label.classes }, (_, k) => String(k)),
  });
}

function notesOf({ labels }: CifarKind, label: CifarLabel, names: readonly string[] | undefined): readonly ReadNote[] {
  const others = labels.filter(({ name }) => name !== label.name);
  const choice = others.map(({ name, classes }) => `; --target ${name} takes the ${classes} ${name} ones`).join('');
  const unnamed = `there is no ${label.namesFile} beside the records: classes are called by their numbers`;
  return [
    ...(others.length > 0 ? [{ message: `labels: the ${label.classes} ${label.name} classes${choice}` }] : []),
    ...(names ? [] : [{ message: unnamed }]),
  ];
}
