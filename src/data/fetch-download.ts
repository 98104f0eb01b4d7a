import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cannotWrite, HillockError } from '../errors.ts';
import type { Download, RemoteFile } from './downloads.ts';
import { copyInto, downloadInto, Refusal, sizeOf, type TransferOptions } from './transfer.ts';

/** How a data set is fetched. */
export interface FetchOptions extends Omit<TransferOptions, 'onBytes'> {
  /** A folder, or the address of one, that holds the files; the official places unless told. */
  readonly from?: string | undefined;
  /** Told how many of all bytes are there, and which file is under way. */
  readonly onProgress?: ((bytes: number, file: string) => void) | undefined;
}

/** A file that is in place. */
export interface FetchedFile extends RemoteFile {
  readonly path: string;
  /** Where it came from; null where it was there already. */
  readonly from: string | null;
}

/**
 * Fetches the files of a data set into a folder. Each is written aside, checked by its length and MD5 and renamed when it
 * is whole; what an interrupted run leaves is gone on from. Throws `HillockError` kind `data` that tells what every
 * place said, or why the folder cannot be written; kind `interrupted`.
 */
export async function fetchDownload(
  download: Download,
  folder: string,
  options: FetchOptions = {},
): Promise<readonly FetchedFile[]> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw cannotWrite(folder, cause);
  });
  const fetched: FetchedFile[] = [];
  let before = 0;
  for (const file of download.files) {
    const onBytes = (bytes: number): void => options.onProgress?.(before + bytes, file.name);
    fetched.push(await fetchFile(file, folder, download.mirrors, { ...options, onBytes }));
    before += file.bytes;
    onBytes(0);
  }
  return fetched;
}

type FileOptions = Omit<FetchOptions, 'onProgress'> & TransferOptions;

async function fetchFile(
  file: RemoteFile,
  folder: string,
  mirrors: readonly string[],
  options: FileOptions,
): Promise<FetchedFile> {
  const path = join(folder, file.name);
  if (await isRight(path, file)) return { ...file, path, from: null };
  const part = `${path}.part`;
  const problems: string[] = [];
  for (const place of options.from === undefined ? mirrors : [options.from]) {
    const from = placeOf(place, file.name);
    try {
      await whole(part, from, file, options);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(`${from}: ${error.message}`);
      continue;
    }
    await rename(part, path).catch((cause: unknown) => {
      throw cannotWrite(path, cause);
    });
    return { ...file, path, from };
  }
  throw new HillockError(
    'data',
    `${file.name} cannot be fetched: ${problems.join('; ')}`,
    options.from === undefined
      ? 'try again later, or give a folder or address that holds it with --from'
      : `is ${file.name} there, and as it was published?`,
  );
}

/** A transfer whose content is right; a beginning that was there is thrown away where it was not. */
async function whole(part: string, from: string, file: RemoteFile, options: FileOptions): Promise<void> {
  const resumed = (await sizeOf(part)) > 0;
  await (isAddress(from) ? downloadInto(part, from, file, options) : copyInto(part, from, options));
  if (await isRight(part, file)) return;
  await rm(part, { force: true });
  if (resumed && isAddress(from)) return whole(part, from, file, options);
  throw new Refusal(`its content is not the published one (MD5 is not ${file.md5})`);
}

async function isRight(path: string, { bytes, md5 }: RemoteFile): Promise<boolean> {
  if ((await sizeOf(path)) !== bytes) return false;
  // Loading it takes as long as a small prediction does: it is there for those who fetch.
  const hash = (await import('node:crypto')).createHash('md5');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex') === md5;
}

const isAddress = (place: string): boolean => /^https?:\/\//i.test(place);

/** A file in a folder or at an address; `file:` addresses are folders. */
function placeOf(place: string, name: string): string {
  if (isAddress(place)) return new URL(name, place.endsWith('/') ? place : `${place}/`).href;
  return join(/^file:\/\//i.test(place) ? fileURLToPath(place) : place, name);
}
