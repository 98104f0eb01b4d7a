/** Which forms of its convolutions a job learns fastest with: whole steps of it in turn, with one node at a time in another form. */
import type { Blocks, Choice, Forms, Site } from '../lower/index.ts';
import { place } from '../nn/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { learnedRows } from './feed.ts';
import type { FitControl } from './fit.ts';
import type { TrainingJob } from './job.ts';
import { paces } from './pace.ts';
import { trainingProgram } from './program.ts';

/** The rules stay unless all nodes without blocks are faster by so much: what is measured once is not that sure. */
const clearly = 1.1;

/** A single node is a part of a step. */
const slightly = 1.03;

/** Programs that are open at a time. */
const lanes = 6;

/** The most of the time of a training, and the most seconds, that are spent on single nodes. */
const [share, mostSeconds] = [0.02, 8];

/** What was found, and the rows a second under the rules, without blocks, and with what was found of single nodes. */
export interface FormRace {
  readonly blocks: boolean;
  readonly choice: Choice;
  readonly rowsPerSecond: readonly number[];
}

/** Races the forms of a job; null = its first steps do not tell. Throws what `fit` throws. */
export async function raceForms(
  job: TrainingJob,
  runtime: Runtime,
  blocks: Blocks,
  signal?: AbortSignal | undefined,
): Promise<FormRace | null> {
  const race = (racing: readonly Forms[]) =>
    paces(
      job,
      runtime,
      racing.map((forms): FitControl => ({ forms, signal })),
    );
  const began = performance.now();
  const [ruled, without] = (await race([{ blocks }, {}])) as [number, number];
  const secondsEach = (performance.now() - began) / 2000;
  if (!Number.isFinite(ruled + without)) return null;
  const isBlocked = !(without > clearly * ruled);
  const start: Forms = isBlocked ? { blocks } : {};
  const expected = (learnedRows(job) * job.options.epochs) / (isBlocked ? ruled : without);
  const tried = Math.floor(Math.min(mostSeconds, share * expected) / secondsEach);
  const choice = await fasterNodes(others(sitesOf(job, start)).slice(0, tried), start, race);
  if (Object.keys(choice).length === 0) return { blocks: isBlocked, choice, rowsPerSecond: [ruled, without] };
  const [before, after] = (await race([start, { ...start, choice }])) as [number, number];
  return {
    blocks: isBlocked,
    choice: after > slightly * before ? choice : {},
    rowsPerSecond: [ruled, without, before, after],
  };
}

const sitesOf = (job: TrainingJob, forms: Forms): readonly Site[] =>
  trainingProgram(job, place(job.network, job.inputShape), { forms }).sites;

interface Other {
  readonly key: string;
  readonly form: string;
}

/** Every form that a node does not take, the largest nodes first. */
const others = (sites: readonly Site[]): readonly Other[] =>
  sites
    .toSorted((a, b) => b.macs - a.macs)
    .flatMap(({ key, forms, taken }) => forms.filter(form => form !== taken).map(form => ({ key, form })));

/** The other forms under which a whole step is faster, each by itself; of one node the fastest. */
async function fasterNodes(
  tried: readonly Other[],
  start: Forms,
  race: (racing: readonly Forms[]) => Promise<readonly number[]>,
): Promise<Choice> {
  const best = new Map<string, { readonly form: string; readonly gain: number }>();
  for (let from = 0; from < tried.length; from += lanes - 1) {
    const group = tried.slice(from, from + lanes - 1);
    const [own, ...found] = await race([
      start,
      ...group.map(({ key, form }) => ({ ...start, choice: { [key]: form } })),
    ]);
    for (const [i, { key, form }] of group.entries()) {
      const gain = found[i]! / own!;
      if (gain > Math.max(slightly, best.get(key)?.gain ?? 0)) best.set(key, { form, gain });
    }
  }
  return Object.fromEntries([...best].map(([key, { form }]) => [key, form]));
}
