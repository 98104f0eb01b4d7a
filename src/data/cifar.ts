import { HillockError } from '../errors.ts';

/** One of the labels at the beginning of a record. */
export interface CifarLabel {
  readonly name: string;
  readonly classes: number;
  /** The file of class names that goes with it. */
  readonly namesFile: string;
}

/** A layout of binary records: a byte for each label, then 1,024 bytes of red, of green and of blue, row by row. */
export interface CifarKind {
  readonly name: string;
  readonly labels: readonly CifarLabel[];
  /** The label that is learned unless another is asked for. */
  readonly usual: string;
}

/** The layouts, told apart by the length of a record. */
export const cifarKinds: readonly CifarKind[] = [
  { name: 'CIFAR-10', labels: [{ name: 'label', classes: 10, namesFile: 'batches.meta.txt' }], usual: 'label' },
  {
    name: 'CIFAR-100',
    labels: [
      { name: 'coarse', classes: 20, namesFile: 'coarse_label_names.txt' },
      { name: 'fine', classes: 100, namesFile: 'fine_label_names.txt' },
    ],
    usual: 'fine',
  },
];

/** The names of labels that can be chosen between. */
export const cifarLabels: readonly string[] = cifarKinds
  .filter(({ labels }) => labels.length > 1)
  .flatMap(({ labels }) => labels.map(({ name }) => name));

/** Height, width and channels of every record. */
export const cifarShape = [32, 32, 3] as const;
const plane = 1024;
const pixelBytes = 3 * plane;

const recordBytes = ({ labels }: CifarKind): number => labels.length + pixelBytes;

/** The layout of records, by the length of the file, and by the range of the labels where both lengths fit. */
export function cifarKindOf(bytes: Uint8Array, source: string): CifarKind {
  const fitting = cifarKinds.filter(kind => bytes.length > 0 && bytes.length % recordBytes(kind) === 0);
  const found = fitting.length < 2 ? fitting[0] : fitting.find(kind => labelsHold(bytes, kind));
  if (found) return found;
  if (fitting.length > 0)
    throw new HillockError('data', `${source} holds labels that are neither CIFAR-10's nor CIFAR-100's`);
  const lengths = cifarKinds.map(kind => {
    const whole = Math.floor(bytes.length / recordBytes(kind));
    return `${whole.toLocaleString('en')} of ${kind.name} (${recordBytes(kind)} bytes) and ${bytes.length - whole * recordBytes(kind)} bytes more`;
  });
  throw new HillockError(
    'data',
    `${source} does not hold whole CIFAR records: its ${bytes.length.toLocaleString('en')} bytes are ${lengths.join(', or ')}`,
    'get the file again; it may be cut off',
  );
}

function labelsHold(bytes: Uint8Array, kind: CifarKind): boolean {
  for (let at = 0; at < bytes.length; at += recordBytes(kind)) {
    if (kind.labels.some(({ classes }, k) => bytes[at + k]! >= classes)) return false;
  }
  return true;
}

/** A file of records. */
export interface CifarFile {
  readonly source: string;
  readonly bytes: Uint8Array;
}

/** The images of records, channels last, and their values of one label. */
export interface CifarRecords {
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

/** Decodes the records of files, one after the other; throws `HillockError` kind `data` for a label outside its classes. */
export function decodeCifar(files: readonly CifarFile[], kind: CifarKind, label: CifarLabel): CifarRecords {
  const length = recordBytes(kind);
  const rows = files.reduce((sum, { bytes }) => sum + bytes.length / length, 0);
  const place = kind.labels.indexOf(label);
  const pixels = new Uint8Array(rows * pixelBytes);
  const labels = new Int32Array(rows);
  let row = 0;
  for (const { source, bytes } of files) {
    for (let from = 0; from < bytes.length; from += length, row++) {
      const value = bytes[from + place]!;
      if (value >= label.classes) throw outside(source, from / length + 1, value, kind, label);
      labels[row] = value;
      interleave(bytes, from + kind.labels.length, pixels, row * pixelBytes);
    }
  }
  return { pixels, labels };
}

/** Three planes become pixels of three channels. */
function interleave(bytes: Uint8Array, from: number, pixels: Uint8Array, at: number): void {
  for (let i = 0, to = at; i < plane; i++, to += 3) {
    pixels[to] = bytes[from + i]!;
    pixels[to + 1] = bytes[from + plane + i]!;
    pixels[to + 2] = bytes[from + 2 * plane + i]!;
  }
}

const outside = (source: string, record: number, value: number, kind: CifarKind, label: CifarLabel): HillockError =>
  new HillockError(
    'data',
    `${source}: record ${record.toLocaleString('en')} has the ${label.name === 'label' ? '' : `${label.name} `}label ${value}, ${kind.name} has 0 to ${label.classes - 1}`,
    'the file is damaged, or no CIFAR file',
  );
