/** Data that the studio looks at: read on a thread of its own, the last tables kept there. Node only. */

import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { untar } from '../data/tar.ts';
import { cannotWrite, HillockError } from '../errors.ts';
import { freshFolder } from '../job/plan.ts';
import { Refusal } from '../serve/exchange.ts';
import type { DataReport, RowsAnswer } from './data-report.ts';
import type { LabTable, LabTableAsked } from './lab-table.ts';
import type { Asked, ReaderAnswer, ReaderTask } from './reader.ts';

/** Whether a file is a table by its name. */
export const isTableName = (name: string): boolean =>
  /\.(csv|tsv|tab|psv|data|json|jsonl|ndjson|parquet)(\.gz)?$/i.test(name);

/** A file or folder that was uploaded. */
export interface Upload {
  /** The path it can be named by. */
  readonly source: string;
  readonly name: string;
  /** A folder of pictures, or a table. */
  readonly kind: 'table' | 'images';
  /** When it came. */
  readonly at: Date;
}

export interface Sources {
  /** What is in a source, and what training would make of it. */
  report(source: string, asked: Asked): Promise<DataReport>;
  rows(source: string, from: number, count: number): Promise<RowsAnswer>;
  /** The rows of a table as a network in the page learns from them. */
  labTable(source: string, asked: LabTableAsked): Promise<LabTable>;
  /** Writes an upload as it comes; gives the path it can be named by. */
  keep(name: string, body: ReadableStream<Uint8Array>): Promise<string>;
  /** Writes the files of a tar archive as it comes into a folder; gives the path it can be named by. */
  keepFolder(name: string, archive: ReadableStream<Uint8Array>): Promise<string>;
  /** Removes an upload; throws a `Refusal` for what is none. */
  drop(source: string): Promise<void>;
  /** Uploads, the oldest first. */
  uploads(): Promise<readonly Upload[]>;
  close(): Promise<void>;
}

export function sources(folder: string, uploads: string): Sources {
  let worker: Worker | undefined;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let next = 0;
  const fail = (ended: Worker, error: unknown): void => {
    if (worker !== ended) return;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const started = (): Worker => {
    if (worker) return worker;
    const own = new Worker(new URL('./studio-reader.js', import.meta.url), { workerData: folder });
    own.unref();
    own.on('message', ({ id, ...answer }: ReaderAnswer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if ('error' in answer)
        asked?.reject(new HillockError(answer.error.kind, answer.error.message, answer.error.hint));
      else asked?.resolve(answer.value);
    });
    own.on('error', error => fail(own, error));
    own.on('exit', () => fail(own, new HillockError('data', 'the data could not be read: memory did not suffice')));
    worker = own;
    return own;
  };
  const uploadsIn = async (path: string): Promise<readonly Upload[]> => {
    const [entries, { mtime }] = await Promise.all([readdir(path, { withFileTypes: true }), stat(path)]);
    return entries.map(entry => ({
      source: relative(folder, join(path, entry.name)),
      name: entry.name,
      kind: entry.isFile() && (isTableName(entry.name) || /\.txt$/i.test(entry.name)) ? 'table' : 'images',
      at: mtime,
    }));
  };
  const ask = <T>(task: Omit<ReaderTask, 'id'>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      started().postMessage({ ...task, id });
    });
  const kept = async (name: string, write: (path: string) => Promise<void>): Promise<string> => {
    const own = await freshFolder(uploads, 'upload');
    const path = join(own, name);
    try {
      await write(path);
    } catch (cause) {
      await rm(own, { recursive: true, force: true });
      const { code } = cause as NodeJS.ErrnoException;
      if (cause instanceof HillockError) throw cause;
      throw code === 'ENOSPC' || code === 'EACCES'
        ? cannotWrite(path, cause)
        : new HillockError('data', 'the upload broke off', 'drop it again', { cause });
    }
    return relative(folder, path);
  };
  return {
    report: (source, asked) => ask({ source, what: { kind: 'report', asked } }),
    rows: (source, from, count) => ask({ source, what: { kind: 'rows', from, count } }),
    labTable: (source, asked) => ask({ source, what: { kind: 'lab', asked } }),
    keep: (name, body) =>
      kept(safeName(name), async path => {
        await pipeline(Readable.fromWeb(body as never), createWriteStream(path, { flags: 'wx' }));
      }),
    keepFolder: (name, archive) => kept(safe(name) || 'pictures', path => unpack(archive as never, path)),
    async drop(source) {
      const own = relative(uploads, join(folder, source));
      if (own.startsWith('..') || own === '') throw new Refusal(400, `${source.slice(0, 200)} is no upload`);
      await rm(join(uploads, own.split(/[/\\]/)[0]!), { recursive: true, force: true });
    },
    async uploads() {
      await mkdir(uploads, { recursive: true });
      const own = (await readdir(uploads, { withFileTypes: true })).filter(entry => entry.isDirectory());
      const held = await Promise.all(own.map(({ name }) => uploadsIn(join(uploads, name)).catch(() => [])));
      return held.flat().sort((a, b) => a.at.getTime() - b.at.getTime());
    },
    async close() {
      const own = worker;
      worker = undefined;
      await own?.terminate();
    },
  };
}

/** Writes the files of an archive below a folder; hidden ones are left out. */
async function unpack(archive: AsyncIterable<Uint8Array>, folder: string): Promise<void> {
  await mkdir(folder);
  const made = new Set<string>();
  for await (const { name, bytes } of untar(archive, basename(folder), path => !/(^|\/)\./.test(path))) {
    const path = join(folder, ...name.split('/').map(part => part.replace(unsafe, '_')));
    if (!made.has(dirname(path))) await mkdir(dirname(path), { recursive: true });
    made.add(dirname(path));
    await writeFile(path, bytes, { flag: 'wx' });
  }
  if (made.size === 0)
    throw new HillockError('data', 'the folder is empty', 'drop a folder with one folder a class in it');
}

/** What file systems do not take in names. */
const unsafe = /[\\<>:"|?*\p{Cc}]/gu;

/** A name as a file system takes it. */
const safe = (name: string): string =>
  basename(name.replaceAll('\\', '/'))
    .replace(/[^\p{L}\p{M}\p{N}._ -]+/gu, '_')
    .replace(/^\.+/, '')
    .slice(-100);

/** The same with an ending, by which the format is told. */
function safeName(name: string): string {
  const plain = safe(name);
  return `${basename(plain, extname(plain)) || 'data'}${extname(plain) || '.csv'}`;
}
