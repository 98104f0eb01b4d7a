/** Which forms of its convolutions a job learns fastest with: whole steps of it in turn, with one node at a time in another form. */
import { type Blocks, type Choice, chooseBy, type Forms, type Site } from '../lower/index.ts';
import { place } from '../nn/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { learnedRows } from './feed.ts';
import type { TrainingJob } from './job.ts';
import { paces } from './pace.ts';
import { trainingProgram } from './program.ts';

/** The rules stay unless something is faster by so much: what is measured once is not that sure. */
const clearly = 1.1;

/** A single node is a part of a step; it has to hold its own together with the others. */
const slightly = 1.03;

/** The most of the time of a training, and the most seconds, that are spent on single nodes. */
const [share, mostSeconds] = [0.02, 8];

/** What was found, and rows a second. */
interface FormRace {
  /** Whether any node is in blocks of channels. */
  readonly blocks: boolean;
  /** Forms of nodes that the rules do not name. */
  readonly choice: Choice;
  readonly rowsPerSecond: {
    readonly byRules: number;
    readonly withoutBlocks: number;
    /** With all single nodes that were faster in another form, and beside it as before; absent = there were none. */
    readonly chosen?: readonly [before: number, after: number];
  };
}

/** Races the forms of a job; null = its first steps do not tell, or it was interrupted. Throws what `fit` throws. */
export async function raceForms(
  job: TrainingJob,
  runtime: Runtime,
  blocks: Blocks,
  signal?: AbortSignal | undefined,
): Promise<FormRace | null> {
  const began = performance.now();
  const [byRules, withoutBlocks] = await pair(job, runtime, [{ blocks }, {}], signal);
  const seconds = (performance.now() - began) / 1000;
  const isBlocked = !(withoutBlocks > clearly * byRules);
  const start: Forms = isBlocked ? { blocks } : {};
  const expected = (learnedRows(job) * job.options.epochs) / (isBlocked ? byRules : withoutBlocks);
  const budget = Math.min(mostSeconds, share * expected);
  // As long as another pair takes what the first did.
  const faster = budget < seconds ? {} : await fasterNodes(job, runtime, start, budget, signal);
  const measured = { byRules, withoutBlocks };
  const found = { blocks: isBlocked, choice: {}, rowsPerSecond: measured };
  if (Object.keys(faster).length === 0) return isTold(found.rowsPerSecond, signal) ? found : null;
  const [before, after] = await pair(job, runtime, [start, { ...start, choose: chooseBy(faster) }], signal);
  if (!isTold({ ...measured, before, after }, signal)) return null;
  const rowsPerSecond = { ...measured, chosen: [before, after] as const };
  return { ...found, choice: after > clearly * before ? faster : {}, rowsPerSecond };
}

const isTold = (measured: Readonly<Record<string, number>>, signal: AbortSignal | undefined): boolean =>
  !signal?.aborted && Object.values(measured).every(Number.isFinite);

async function pair(
  job: TrainingJob,
  runtime: Runtime,
  forms: readonly [Forms, Forms],
  signal: AbortSignal | undefined,
): Promise<readonly [number, number]> {
  const [one, other] = await paces(
    job,
    runtime,
    forms.map(each => ({ forms: each, signal })),
  );
  return [one!, other!];
}

/** The other forms under which a whole step is faster, each by itself, the largest nodes first; of one node the fastest. */
async function fasterNodes(
  job: TrainingJob,
  runtime: Runtime,
  start: Forms,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<Choice> {
  const late = AbortSignal.timeout(Math.ceil(1000 * seconds));
  const either = signal ? AbortSignal.any([signal, late]) : late;
  const best = new Map<string, { readonly form: string; readonly gain: number }>();
  for (const { key, form } of others(sitesOf(job, start))) {
    if (either.aborted) break;
    const gain = await gainOf(job, runtime, start, { [key]: form }, either);
    if (gain > Math.max(slightly, best.get(key)?.gain ?? 0)) best.set(key, { form, gain });
  }
  return Object.fromEntries([...best].map(([key, { form }]) => [key, form]));
}

/** How many times as fast a step is with a choice; one that cannot be run is no faster. */
async function gainOf(
  job: TrainingJob,
  runtime: Runtime,
  start: Forms,
  choice: Choice,
  signal: AbortSignal,
): Promise<number> {
  try {
    const [before, after] = await pair(job, runtime, [start, { ...start, choose: chooseBy(choice) }], signal);
    return after / before;
  } catch {
    return 0;
  }
}

/** The convolutions of a job and their gradients; those that compute the same are one. */
export function sitesOf(job: TrainingJob, forms: Forms): readonly Site[] {
  const sites = new Map<string, Site>();
  const choose = chooseBy({}, site => sites.set(site.key, site));
  trainingProgram(job, place(job.network, job.inputShape), { forms: { ...forms, choose } });
  return [...sites.values()];
}

/** Every form that a node does not take, the largest nodes first. */
const others = (sites: readonly Site[]) =>
  sites
    .toSorted((a, b) => b.macs - a.macs)
    .flatMap(({ key, forms, taken }) => forms.filter(form => form !== taken).map(form => ({ key, form })));
