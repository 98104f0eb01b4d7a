import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { didYouMean, HillockError } from '../errors.ts';
import { downloads } from './downloads.ts';
import { checkUnpacked, memoryLimit } from './memory.ts';

const chunk = 1 << 20;

/** The name by which a source is spoken of. */
export function sourceName(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/** What is at a path: a file or a folder; an error with the nearest name when there is nothing. */
export async function kindOf(path: string): Promise<'file' | 'folder'> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) throw await cannotOpen(path, found);
  return found.isDirectory() ? 'folder' : 'file';
}

async function cannotOpen(path: string, error: NodeJS.ErrnoException): Promise<HillockError> {
  if (error.code === 'EACCES') return new HillockError('data', `${path} may not be read`, 'check its permissions');
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') {
    return new HillockError('data', `${path} cannot be read: ${error.message}`, undefined, { cause: error });
  }
  const folder = dirname(path);
  const entries = await readdir(folder).catch(() => undefined);
  if (!entries) return new HillockError('data', `there is no file ${path}`, `there is no folder ${folder} either`);
  const near = didYouMean(basename(path), entries);
  const known = didYouMean(
    path,
    downloads.map(({ name }) => name),
  );
  const meant = near === undefined ? known : join(folder, near);
  return new HillockError(
    'data',
    `there is no file ${path}`,
    meant === undefined ? 'check the path; built-in data sets are named like demo:digits' : `did you mean '${meant}'?`,
  );
}

/** The first bytes of a file. */
export async function beginningOf(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes of a file or of standard input ('-'), unpacked where they are gzip'd. */
export async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  const input = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: chunk });
  const bytes: AsyncIterator<Uint8Array> = input[Symbol.asyncIterator]();
  const first = await bytes.next();
  if (first.done) return;
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield first.value;
      for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value;
    } finally {
      if (path !== '-') input.destroy();
    }
  };
  yield* isGzip(first.value) ? unpack(rest(), path) : rest();
}

async function* unpack(packed: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: chunk });
  const feeding = pipeline(packed, gunzip).catch(() => undefined);
  try {
    for await (const bytes of gunzip) yield bytes as Uint8Array;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new HillockError(
      'data',
      `${sourceName(path)} cannot be unpacked: ${message === 'unexpected end of file' ? 'the gzip file is cut off' : message}`,
      'get the file again, or unpack it with gunzip to see how much of it is whole',
      { cause: error },
    );
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** All bytes of a file, unpacked where it is gzip'd. */
export async function readAll(path: string, limit = memoryLimit()): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of readBytes(path)) {
    length += part.length;
    checkUnpacked(sourceName(path), length, limit);
    parts.push(part);
  }
  const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  return new Uint8Array(all.buffer, all.byteOffset, all.byteLength);
}

/** Whether a source can be read more than once: a regular file, not standard input or a pipe. */
export async function isRepeatable(path: string): Promise<boolean> {
  return path !== '-' && (await stat(path)).isFile();
}

/** A temporary file with the bytes of a stream, and how to remove it. */
export async function spool(stream: AsyncIterable<Uint8Array>): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hillock-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, 'input');
    await pipeline(stream, createWriteStream(file));
    return { file, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Runs `use` on a file that can be read again: the one at `path`, or a temporary copy of standard input or a pipe. */
export async function withFile<T>(path: string, use: (file: string) => Promise<T>): Promise<T> {
  if (await isRepeatable(path)) return use(path);
  const { file, remove } = await spool(readBytes(path));
  try {
    return await use(file);
  } finally {
    await remove();
  }
}
