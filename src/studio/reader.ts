/** The thread that reads data for the studio, and keeps the last that it read. Node only. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type ImagesSplit, isSynthetic, namedDownload, readSource, type Table } from '../data/index.ts';
import { type ErrorKind, HillockError } from '../errors.ts';
import { reportOf, rowsOf } from './data-report.ts';
import type { LabTableAsked } from './lab-table.ts';

/** What a person says about data before it is read. */
export interface Asked {
  readonly target?: string | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly imageSize?: number | undefined;
}

export interface ReaderTask {
  readonly id: number;
  readonly source: string;
  readonly what:
    | { readonly kind: 'report'; readonly asked: Asked }
    | { readonly kind: 'rows'; readonly from: number; readonly count: number }
    | { readonly kind: 'lab'; readonly asked: LabTableAsked };
}

export type ReaderAnswer = { readonly id: number } & (
  | { readonly value: unknown }
  | { readonly error: { readonly kind: ErrorKind; readonly message: string; readonly hint: string | undefined } }
);

const port = parentPort!;
const folder = workerData as string;
const most = 2;
const kept = new Map<string, Promise<Table | ImagesSplit>>();

async function dataOf(source: string, imageSize: number | undefined): Promise<Table | ImagesSplit> {
  const named = isSynthetic(source) || namedDownload(source) !== undefined;
  const path = named ? source : resolve(folder, source);
  const { mtimeMs = 0, size = 0 } = (named ? undefined : await stat(path).catch(() => undefined)) ?? {};
  const key = JSON.stringify([source, imageSize, mtimeMs, size]);
  const found = kept.get(key);
  kept.delete(key);
  const data = found ?? readSource(path, { imageSize }).then(read => ({ ...read, source }));
  kept.set(key, data);
  for (const old of [...kept.keys()].slice(0, -most)) kept.delete(old);
  data.catch(() => kept.delete(key));
  return data;
}

async function answer({ source, what }: ReaderTask): Promise<unknown> {
  if (what.kind === 'rows') return rowsOf(await dataOf(source, undefined), what.from, what.count);
  if (what.kind === 'lab') {
    const data = await dataOf(source, undefined);
    if (data.kind !== 'table') throw new HillockError('data', `${source} holds pictures, not a table`);
    const { labTable } = await import('./lab-table.ts');
    return labTable(data, what.asked);
  }
  const { target, ignore = [], imageSize } = what.asked;
  return reportOf(await dataOf(source, imageSize), target, ignore);
}

let turn: Promise<void> = Promise.resolve();
port.on('message', (task: ReaderTask) => {
  turn = turn.then(async () => {
    try {
      port.postMessage({ id: task.id, value: await answer(task) } satisfies ReaderAnswer);
    } catch (error) {
      const known = error instanceof HillockError ? error : undefined;
      const told = error instanceof Error ? error.message : String(error);
      const message = told.replaceAll(resolve(folder, task.source), basename(task.source));
      const answered = { kind: known?.kind ?? 'unexpected', message, hint: known?.hint } as const;
      port.postMessage({ id: task.id, error: answered } satisfies ReaderAnswer);
    }
  });
});
