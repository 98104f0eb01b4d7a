import type { ImagesSplit, Table } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import type { Output } from '../output.ts';
import type { Progress } from '../progress.ts';

interface ReadOptions {
  readonly target?: string | undefined;
  readonly imageSize?: number | undefined;
  readonly stream?: boolean | undefined;
  readonly seed?: number | undefined;
}

/** Reads a source that a command was given, with a line of progress where that takes long. */
export async function readGiven(
  source: string,
  { target, imageSize, stream = false, seed }: ReadOptions,
  out: Output,
): Promise<Table | ImagesSplit> {
  const { readSource } = await import('../../data/index.ts');
  const progress = imageProgress(out);
  try {
    const data = await readSource(source, {
      label: target,
      imageSize,
      ...(stream ? { stream, seed: seed ?? 0 } : {}),
      onProgress: progress.update,
    });
    if (imageSize !== undefined) imagesOnly(data, '--image-size');
    if (stream) tableOnly(data, '--stream is for tables that are larger than memory');
    return data;
  } finally {
    progress.end();
  }
}

/** A line that shows how many images are read. */
export function imageProgress(out: Output): { update(done: number, total: number): void; end(): void } {
  let line: Progress | undefined;
  return {
    update(done, total) {
      line ??= out.progress('reading images', total);
      line.update(done);
    },
    end: () => line?.end(),
  };
}

/** The fingerprint of a source. */
export const fingerprintOf = (data: Table | ImagesSplit): string =>
  data.kind === 'table' ? data.fingerprint : data.train.fingerprint + (data.test?.fingerprint ?? '');

/** Reads a table that belongs to another: the same names where it has none of its own, the same types of columns. */
export async function readAlike(source: string, original: Table, target: string): Promise<Table> {
  const { table } = await import('../../data/index.ts');
  const { columnTypes } = await import('../../features/index.ts');
  return table(source, { like: original.columns.map(({ name }) => name), target, types: columnTypes(original) });
}

/** Where a source is, whatever the current folder; standard input and sets with a name are where they are named. */
export async function absolutePath(source: string): Promise<string> {
  const { isSynthetic, namedDownload } = await import('../../data/index.ts');
  const { resolve } = await import('node:path');
  return source === '-' || isSynthetic(source) || namedDownload(source) ? source : resolve(source);
}

function imagesOnly(data: Table | ImagesSplit, option: string): void {
  if (data.kind === 'table') throw new HillockError('usage', `${option} is for images; ${data.source} holds a table`);
}

/** Refuses images where a table is needed. */
export function tableOnly(data: Table | ImagesSplit, why: string): Table {
  if (data.kind === 'table') return data;
  throw new HillockError('usage', `${data.source} holds images: ${why}`);
}
