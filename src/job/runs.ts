/** The runs in a folder, as far as their files tell. Node only. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles } from '../model/index.ts';
import { tasks } from '../train/index.ts';
import { isTraining } from './lock.ts';
import type { Report } from './report.ts';
import { parseReport } from './report-schema.ts';

/** A run folder in a list; what its files do not tell is null. */
export interface RunEntry {
  readonly folder: string;
  readonly state: 'finished' | 'training' | 'interrupted' | 'imported' | 'broken';
  /** When it was last written to. */
  readonly changed: string;
  readonly bytes: number;
  readonly source: string | null;
  readonly target: string | null;
  readonly report: Report | null;
}

/** Entries that were read before, by folder: one is taken again while the files of its run are the same. */
export type KnownRuns = Map<string, { readonly stamp: string; readonly entry: RunEntry }>;

/** Every run in a folder, newest first; folders that hold no run are passed over, damaged ones are listed as broken. */
export async function listRuns(folder: string, known?: KnownRuns): Promise<readonly RunEntry[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter(entry => entry.isDirectory()).map(entry => join(folder, entry.name));
  const runs = await Promise.all(folders.map(one => runIn(one, known)));
  return runs
    .filter(run => run !== undefined)
    .sort((a, b) => (a.changed < b.changed ? 1 : a.changed > b.changed ? -1 : a.folder < b.folder ? 1 : -1));
}

async function runIn(folder: string, known?: KnownRuns): Promise<RunEntry | undefined> {
  const sizes = await Promise.all(Object.values(runFiles).map(name => stat(join(folder, name)).catch(() => undefined)));
  const there = sizes.filter(file => file !== undefined);
  if (there.length === 0) return undefined;
  const stamp = sizes.map(file => (file ? `${file.mtimeMs} ${file.size}` : '')).join();
  const before = known?.get(folder);
  if (before?.stamp === stamp && before.entry.state === 'finished' && !(await isTraining(folder))) return before.entry;
  const [model] = sizes;
  const report = await reportIn(folder);
  const plan = await jsonIn(join(folder, runFiles.plan));
  const origin = await jsonIn(join(folder, runFiles.imported));
  const told = (name: string): string | null => text(plan?.[name] ?? origin?.[name]) ?? null;
  const whole = model !== undefined;
  const state = await stateOf(folder, whole && report !== null, plan !== undefined, whole && origin !== undefined);
  const entry: RunEntry = {
    folder,
    state,
    changed: new Date(Math.max(...there.map(file => file.mtimeMs))).toISOString(),
    bytes: there.reduce((sum, file) => sum + file.size, 0),
    source: report?.source ?? told('source'),
    target: report?.target ?? text((plan?.options as Record<string, unknown> | undefined)?.target) ?? null,
    report,
  };
  known?.set(folder, { stamp, entry });
  return entry;
}

async function stateOf(
  folder: string,
  finished: boolean,
  planned: boolean,
  imported: boolean,
): Promise<RunEntry['state']> {
  if (await isTraining(folder)) return 'training';
  if (finished) return 'finished';
  if (imported) return 'imported';
  return planned ? 'interrupted' : 'broken';
}

/** The report of a finished run; null where there is none or where it is not one. */
export async function reportIn(folder: string): Promise<Report | null> {
  return parseReport(await jsonIn(join(folder, runFiles.report)));
}

async function jsonIn(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** How good a run is, beside what stands beside it. */
export interface Score {
  readonly metric: string;
  readonly part: string;
  readonly value: number;
  readonly trivial: number | null;
  readonly linear: number | null;
}

/** The score a run is known by, on the part that judges it; undefined where its report does not tell. */
export function scoreOf({ report }: RunEntry): Score | undefined {
  if (!report) return undefined;
  const part = (['test', 'validation', 'train'] as const).find(name => report.rows[name] > 0) ?? 'test';
  const scores = report.metrics[part] ?? {};
  const { headline, decides } = tasks[report.task];
  const metric = [headline, decides].find(name => typeof scores[name] === 'number');
  if (metric === undefined) return undefined;
  const { trivial, linear } = report.baseline;
  return { metric, part, value: scores[metric]!, trivial: trivial?.[metric] ?? null, linear: linear?.[metric] ?? null };
}
