/** Folders that a person gives, as one tar archive that is read from the disk while it is sent. */

export interface GivenFile {
  /** From the folder on, with slashes. */
  readonly path: string;
  readonly file: File;
}

export interface GivenFolder {
  readonly name: string;
  readonly files: readonly GivenFile[];
}

const hidden = /(^|\/)(\.|__MACOSX|Thumbs\.db|desktop\.ini)/i;

/** Files below one folder go by its name; those of several, and loose ones, by `pictures`. */
function named(files: readonly GivenFile[]): GivenFolder {
  const seen = files.filter(({ path }) => !hidden.test(path));
  const tops = new Set(seen.map(({ path }) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')));
  const [only = ''] = tops;
  if (tops.size !== 1 || only === '') return { name: 'pictures', files: seen };
  return { name: only, files: seen.map(({ path, file }) => ({ path: path.slice(only.length + 1), file })) };
}

/** What an `<input webkitdirectory>` gives. */
export const chosenFolder = (list: FileList): GivenFolder =>
  named(Array.from(list, file => ({ path: file.webkitRelativePath || file.name, file })));

/** The folders and files of a drop; undefined for one file alone. Must be called while the drop is told of. */
export function droppedFolder(items: DataTransferItemList): Promise<GivenFolder> | undefined {
  const entries = Array.from(items, item => item.webkitGetAsEntry()).filter(entry => entry !== null);
  if (entries.length === 0 || (entries.length === 1 && entries[0]!.isFile)) return undefined;
  return Promise.all(entries.map(entry => below(entry, ''))).then(found => named(found.flat()));
}

async function below(entry: FileSystemEntry, path: string): Promise<readonly GivenFile[]> {
  const own = `${path}${entry.name}`;
  if (hidden.test(own)) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: own, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: GivenFile[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(one => below(one, `${own}/`)))).flat());
  }
}

const block = 512;
const encoder = new TextEncoder();
const padding = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array((block - (size % block)) % block);

function header(name: Uint8Array, size: number, type: '0' | 'x'): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(block);
  const put = (text: string, at: number): void => head.set(encoder.encode(text), at);
  head.set(name.subarray(0, 100));
  put('0000644\0', 100);
  put(`${size.toString(8).padStart(11, '0')} `, 124);
  put('        ', 148);
  put(type, 156);
  put('ustar\u000000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

/** A pax header for a name that a plain one does not hold. */
function longName(name: Uint8Array): readonly Uint8Array<ArrayBuffer>[] {
  if (name.length <= 100) return [];
  const lineWith = (length: number): number => `${length} path=\n`.length + name.length;
  let length = lineWith(lineWith(0));
  length = lineWith(length);
  const line = new Uint8Array(length);
  const start = encoder.encode(`${length} path=`);
  line.set(start);
  line.set(name, start.length);
  line[length - 1] = 10;
  return [header(encoder.encode('pax'), length, 'x'), line, padding(length)];
}

/** A tar archive of files, none of which is read before it is sent. */
export function archiveOf(files: readonly GivenFile[]): Blob {
  const parts = files.flatMap(({ path, file }): BlobPart[] => {
    const name = encoder.encode(path);
    return [...longName(name), header(name, file.size, '0'), file, padding(file.size)];
  });
  return new Blob([...parts, new Uint8Array(2 * block)]);
}
