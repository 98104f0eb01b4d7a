import type { ImagesSplit, SourceOptions, Table } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import type { ModelSpec } from '../../model/index.ts';

/** Reads a source that a command was given. */
export async function readGiven(source: string): Promise<Table | ImagesSplit> {
  const { readSource } = await import('../../data/index.ts');
  return readSource(source);
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

/** How data for a model is read: the names and types of its columns are those of training. */
export async function readingOf({ input, target }: ModelSpec, header: readonly string[]): Promise<SourceOptions> {
  if (input.kind === 'images') return {};
  const { columnTypes } = await import('../../features/index.ts');
  const types = columnTypes(input.encoder, target);
  return header.length > 0 ? { types, like: header, target: target.name } : { types };
}

/** Where a source is, whatever the current folder; built-in sets and standard input are where they are named. */
export async function absolutePath(source: string): Promise<string> {
  const { isSynthetic } = await import('../../data/index.ts');
  const { resolve } = await import('node:path');
  return source === '-' || isSynthetic(source) ? source : resolve(source);
}

/** The word of a source that names a run folder: `data/adult.csv.gz` is `adult`. */
export async function stemOf(source: string): Promise<string> {
  const { basename } = await import('node:path');
  if (source === '-') return 'stdin';
  const name = basename(source.replace(/^demo:/, 'demo-')).replace(/\.gz$/i, '');
  const stem = name
    .replace(/\.[a-z0-9]{1,8}$/i, '')
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return stem.slice(0, 60) || 'run';
}

/** Refuses images where a table is needed. */
export function tableOnly(data: Table | ImagesSplit, why: string): Table {
  if (data.kind === 'table') return data;
  throw new HillockError('usage', `${data.source} holds images: ${why}`);
}
