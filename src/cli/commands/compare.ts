import type { ImagesSplit, Table } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import type { Output } from '../output.ts';
import { integer, repeated, text } from '../parameters.ts';
import { folderNames, type Variant, variants } from './compare-grid.ts';
import { bestOf, compareText, decider, type Row, spreadOf, type Trial } from './compare-table.ts';
import { readAlike, readGiven, tableOnly } from './source.ts';
import { type ModelOptions, modelParameters, plannedOptions, shareOf } from './train-options.ts';

/** `hillock compare`: the same data, several networks, one table. */
export const compare = defineCommand({
  details:
    'Trains every combination of the values of --vary one after the other, each with the same seeds, and prints their ' +
    'scores in one table; the best is chosen by validation, so that the test part stays a test. Nothing is saved ' +
    'without --out.',
  arguments: {
    source: text('SOURCE', 'a file, a folder of images, - for standard input, or a name like demo:moons'),
  },
  options: {
    vary: repeated(text('NAME=VALUES', "what to vary, such as activation=relu,tanh or 'hidden=32;64,32'")),
    seeds: integer('N', 'trainings of each, with seeds one apart (default: 1)', { min: 1, max: 100 }),
    ...modelParameters,
    out: text('DIR', 'save every model in a folder of its own in here'),
  },
  examples: [
    {
      line: 'hillock compare demo:moons --vary activation=relu,tanh,sigmoid',
      shows: 'which activation suits this data',
    },
    {
      line: "hillock compare people.csv --target salary --vary 'hidden=32;64,32' --vary lr=0.001,0.01 --seeds 3",
      shows: 'a grid, each three times',
    },
  ],
  async run(invocation) {
    const { args, options, out } = invocation;
    if (args.source === undefined) {
      throw new HillockError('usage', 'what should be compared on?', 'name a file, or a set like demo:moons');
    }
    if (options.vary.length === 0) {
      throw new HillockError('usage', 'what should be varied?', 'for example --vary activation=relu,tanh,sigmoid');
    }
    const all = variants(options.vary, options);
    for (const variant of all) await plannedOptions(variant.options);
    const data = await readGiven(args.source, options, out);
    const test = await testOf(options, data);
    if (options.out !== undefined) await refuseUsed(options.out);
    const seeds = options.seeds ?? 1;
    const progress = out.progress('comparing', all.length * seeds);
    const rows: Row[] = [];
    let task: Parameters<typeof decider>[0] | undefined;
    let done = 0;
    const folders = folderNames(all);
    for (const [index, variant] of all.entries()) {
      const trials: Trial[] = [];
      let error: string | null = null;
      for (let k = 0; k < seeds && error === null; k++) {
        const seed = (options.seed ?? 0) + k;
        progress.update(done, nameOf(variant, seeds > 1 ? seed : undefined));
        const folder = options.out === undefined ? undefined : `${options.out}/${folders[index]}_seed-${seed}`;
        const trained = await trial(variant, { data, test, seed, folder, signal: invocation.signal });
        if ('error' in trained) error = trained.error;
        else {
          task = trained.task;
          trials.push(trained);
          out.event('trial', {
            settings: Object.fromEntries(variant.settings),
            ...withoutTask(trained),
            run: folder ?? null,
          });
        }
        done++;
      }
      if (error !== null) warn(variant, error, out);
      rows.push({ settings: variant.settings, trials, error });
    }
    if (!task) throw new HillockError('diverged', 'none of the variants could be trained', rows[0]?.error ?? undefined);
    conclude(rows, task, seeds, out);
    return undefined;
  },
});

async function testOf(options: ModelOptions, data: Table | ImagesSplit): Promise<Table | undefined> {
  if (options.test === undefined || shareOf(options.test, options.task === 'forecast') !== undefined) return undefined;
  const table = tableOnly(data, '--test takes a share of them');
  return readAlike(options.test, table, options.target ?? table.target ?? '');
}

async function refuseUsed(folder: string): Promise<void> {
  const { readdir } = await import('node:fs/promises');
  const entries = await readdir(folder).catch(() => []);
  if (entries.length === 0) return;
  throw new HillockError('usage', `${folder} is not empty`, 'choose another folder with --out');
}

interface TrialSetting {
  readonly data: Table | ImagesSplit;
  readonly test: Table | undefined;
  readonly seed: number;
  readonly folder: string | undefined;
  readonly signal: AbortSignal;
}

type Task = Parameters<typeof decider>[0];

/** Trains once; a variant that diverges is a result, anything else stops the comparison. */
async function trial(
  variant: Variant,
  { data, test, seed, folder, signal }: TrialSetting,
): Promise<(Trial & { readonly task: Task }) | { readonly error: string }> {
  const { train } = await import('../../job/index.ts');
  const { test: share, model, ...rest } = await plannedOptions(variant.options);
  const options = { ...rest, test: test ?? share, seed, out: folder, baseline: false, signal };
  try {
    const trained = await train(model ?? 'auto', data, options).result;
    await trained.close();
    const { metrics, parameters, seconds, epochs, task } = trained.report!;
    return { seed, metrics, parameters, seconds, epochs, task };
  } catch (error) {
    if (error instanceof HillockError && error.kind === 'diverged') return { error: 'diverged' };
    if (error instanceof HillockError && error.kind === 'interrupted') {
      throw new HillockError('interrupted', 'the comparison was interrupted');
    }
    throw error;
  }
}

function conclude(rows: readonly Row[], task: Task, seeds: number, out: Output): void {
  const metric = decider(task);
  const best = bestOf(rows, metric);
  const spreads = ({ trials }: Row, part: 'validation' | 'test'): object => {
    const names = Object.keys(trials[0]?.metrics[part] ?? {});
    return Object.fromEntries(names.map(name => [name, spreadOf(trials, part, name)]));
  };
  const variantsFound = rows.map((row, i) => ({
    settings: Object.fromEntries(row.settings),
    best: i === best,
    validation: spreads(row, 'validation'),
    test: spreads(row, 'test'),
    parameters: row.trials[0]?.parameters ?? null,
    seconds: row.trials.reduce((sum, { seconds }) => sum + seconds, 0),
    error: row.error,
    trials: row.trials.map(withoutTask),
  }));
  out.result({ task, metric, seeds, best: variantsFound[best]?.settings ?? null, variants: variantsFound }, () =>
    compareText(rows, metric, seeds, out.stdout),
  );
}

const withoutTask = ({ seed, metrics, parameters, seconds, epochs }: Trial): Trial => {
  return { seed, metrics, parameters, seconds, epochs };
};

const nameOf = ({ settings }: Variant, seed: number | undefined): string =>
  [...settings.map(([name, value]) => `${name} ${value}`), ...(seed === undefined ? [] : [`seed ${seed}`])].join(', ');

function warn(variant: Variant, error: string, out: Output): void {
  if (!out.json) out.message(`${nameOf(variant, undefined)}: ${error}`);
}
