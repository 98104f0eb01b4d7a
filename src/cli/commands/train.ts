import type { ImagesSplit, Table } from '../../data/index.ts';
import { type ErrorKind, HillockError } from '../../errors.ts';
import type { PlannedOptions, Run, RunPlan, TrainedModel } from '../../job/index.ts';
import { defineCommand, kebab } from '../command.ts';
import type { Output } from '../output.ts';
import { flag, integer, list, number, text } from '../parameters.ts';
import { checkGoals } from './goals.ts';
import { dataOfPlan } from './planned-data.ts';
import { absolutePath, fingerprintOf, readAlike, readGiven, tableOnly } from './source.ts';
import { type EngineOptions, engineParameters, plannedEngine } from './train-engine.ts';
import { type ModelOptions, modelParameters, plannedOptions, shareOf } from './train-options.ts';
import type { Finished } from './train-result.ts';

/** `hillock train`: from a table or images to a saved model. */
export const train = defineCommand({
  details:
    'Reads a table (CSV, TSV, JSON, JSON Lines, Parquet; plain or .gz), a folder of images or a built-in set, ' +
    'decides what every column is good for, trains a network and sets its scores beside a trivial answer and a linear ' +
    'model. The run folder holds model.onnx, which takes the raw columns, report.json, history.jsonl and checkpoint/. ' +
    'Ctrl-C writes a checkpoint; --resume goes on from it with the same result to the last bit.',
  arguments: {
    source: text('SOURCE', 'a file, a folder of images, - for standard input, or a name like demo:digits'),
  },
  options: {
    ...modelParameters,
    out: text('DIR', 'the run folder (default: runs/NAME-DATE-TIME)'),
    resume: text('DIR', 'go on with an interrupted run: its folder tells everything else'),
    collect: text('DIR', 'a job of hillock export --to torch-job that other machines have made: make a run of it'),
    from: text('RUN', 'start from the weights of another run: its network, its columns and their encoding'),
    fromEpoch: integer('N', 'with --from: the weights after this epoch, kept with --keep-epochs (default: the best)', {
      min: 1,
    }),
    freeze: list('LAYERS', 'with --from: layers that keep their weights, such as dense1,dense2'),
    ...engineParameters,
    checkpointEvery: number('SECONDS', 'time between checkpoints, which end with an epoch (default: 2)', { min: 0 }),
    keepEpochs: integer(
      'N',
      'keep the state after up to N epochs, evenly apart, for --from-epoch; each takes about four times the weights (default: none)',
      { min: 1, max: 10_000 },
    ),
    stream: flag(
      'for tables larger than memory: rows are drawn to find types and scores by, all others are learned from block by block',
    ),
    dryRun: flag('say what would be trained, layer by layer, and train nothing'),
  },
  examples: [
    { line: 'hillock train people.csv --target salary', shows: 'train on a table and see whether it was worth it' },
    { line: 'hillock train demo:digits', shows: 'a built-in set of images' },
    {
      line: "hillock train people.csv --target salary --hidden 64,32 --until 'accuracy>=0.9' --out runs/salary",
      shows: 'a network of your own with a goal: exit code 7 when it is not reached',
    },
    {
      line: 'hillock train new-people.csv --target salary --from runs/salary --freeze dense1',
      shows: 'go on from a trained network with other data, its first layer as it is',
    },
    { line: 'hillock train --resume runs/salary', shows: 'go on after Ctrl-C or a power cut' },
  ],
  async run(invocation) {
    const { args, options, out } = invocation;
    const job =
      options.collect !== undefined
        ? await collected(options, out)
        : options.resume === undefined
          ? await started(args.source, options, out)
          : await resumed(args.source, options, out);
    if (job === 'planned') return undefined;
    if (job === 'finished') return alreadyFinished(options.resume!, out);
    const { forgetRun, lockRun, trainHeld, writePlan } = await import('../../job/index.ts');
    const release = await lockRun(job.folder);
    let failed = true;
    try {
      if (!job.resume) await writePlan(job.folder, job.plan);
      const { from, fromEpoch } = job.plan;
      const { test, model, stream: _, ...rest } = job.plan.options;
      const run = trainHeld(model ?? 'auto', job.data, {
        ...rest,
        from: from === undefined ? undefined : await startingFrom(from, fromEpoch),
        test: job.test ?? test,
        out: job.folder,
        resume: true,
        collect: options.collect,
        checkpointEvery: options.checkpointEvery,
        signal: invocation.signal,
      });
      const launches = job.plan.options.engine !== undefined && options.collect === undefined;
      const awaits = launches ? 'PyTorch starts, which takes some seconds' : undefined;
      const trained = await follow(run, job, out, awaits);
      failed = false;
      return await conclude(trained, job.folder, out);
    } finally {
      await release();
      if (failed && !job.resume) {
        await forgetRun(job.folder);
        if (options.out === undefined) await removeEmpty('runs');
      }
    }
  },
});

/** A run that is ready to start or to go on. */
interface Job {
  readonly folder: string;
  readonly plan: RunPlan;
  readonly data: Table | ImagesSplit;
  readonly test: Table | undefined;
  readonly resume: boolean;
}

interface TrainOptions extends ModelOptions, EngineOptions {
  readonly out: string | undefined;
  readonly resume: string | undefined;
  readonly collect: string | undefined;
  readonly from: string | undefined;
  readonly fromEpoch: number | undefined;
  readonly freeze: string[] | undefined;
  readonly checkpointEvery: number | undefined;
  readonly keepEpochs: number | undefined;
  readonly dryRun: boolean;
  readonly stream: boolean;
}

async function started(source: string | undefined, given: TrainOptions, out: Output): Promise<Job | 'planned'> {
  if (source === undefined) {
    throw new HillockError('usage', 'what should be trained on?', 'name a file, or try: hillock train demo:digits');
  }
  const planned = await plannedOptions(given, given.engine);
  const engine = await plannedEngine(given);
  const options = {
    ...planned,
    ...(given.freeze === undefined ? {} : { freeze: given.freeze }),
    ...(engine ? { engine } : {}),
    ...(given.stream ? { stream: true } : {}),
    ...(given.keepEpochs === undefined ? {} : { keepEpochs: given.keepEpochs }),
  };
  const { resolve } = await import('node:path');
  const from = given.from === undefined ? undefined : resolve(given.from);
  const { fromEpoch } = given;
  if (from !== undefined) await startingFrom(from, fromEpoch);
  else if (fromEpoch !== undefined)
    throw new HillockError('usage', '--from-epoch is an epoch of another run', 'name the run with --from RUN');
  if (engine && given.keepEpochs !== undefined)
    throw new HillockError('usage', '--keep-epochs does not go with --engine torch yet', 'leave one of them out');
  if (given.out !== undefined) await refuseRun(given.out);
  const data = await readGiven(source, options, out);
  const testFile =
    given.test !== undefined && shareOf(given.test, given.task === 'forecast') === undefined ? given.test : undefined;
  const test = testFile === undefined ? undefined : await readTest(testFile, data, options);
  checkTarget(data, options);
  if (data.kind !== 'table') await checkGoals(options.until, 'multiclass');
  if (given.dryRun) {
    const { test: share, model, ...rest } = options;
    const { showPlanned } = await import('./train-planned.ts');
    await showPlanned(
      data,
      {
        ...rest,
        model: model ?? 'auto',
        from: from === undefined ? undefined : await startingFrom(from, fromEpoch),
        test: test ?? share,
      },
      out,
    );
    return 'planned';
  }
  const { folderFor, makePlan } = await import('../../job/index.ts');
  const told = { source: data.source, path: await absolutePath(source), fingerprint: fingerprintOf(data) };
  const plannedTest = test && {
    source: test.source,
    path: await absolutePath(testFile!),
    fingerprint: test.fingerprint,
  };
  const folder = given.out ?? (await folderFor('runs', source));
  return {
    folder,
    plan: {
      ...makePlan(told, plannedTest ?? null, options),
      ...(from ? { from } : {}),
      ...(fromEpoch ? { fromEpoch } : {}),
    },
    data,
    test,
    resume: false,
  };
}

async function startingFrom(run: string, epoch: number | undefined) {
  const { startingModel } = await import('../../job/index.ts');
  return startingModel(run, epoch);
}

async function readTest(file: string, data: Table | ImagesSplit, options: PlannedOptions): Promise<Table> {
  const table = tableOnly(data, '--test takes a share of them');
  return readAlike(file, table, options.target ?? table.target ?? '');
}

/** Refuses at once what would only fail after the run folder is made. */
function checkTarget(data: Table | ImagesSplit, { target, task }: PlannedOptions): void {
  if (data.kind === 'table' && data.columns.length === 1 && task !== 'forecast') {
    throw new HillockError(
      'data',
      `${data.source} has a single column, so there is nothing to predict it from`,
      'this does not look like a table: the first line should name the columns',
    );
  }
  if (data.kind !== 'table' || target !== undefined || data.target !== undefined) return;
  const names = data.columns.map(({ name }) => name);
  throw new HillockError(
    'usage',
    'which column should be predicted?',
    `name one with --target: ${names.slice(0, 30).join(', ')}${names.length > 30 ? ', …' : ''}`,
  );
}

async function removeEmpty(folder: string): Promise<void> {
  const { rmdir } = await import('node:fs/promises');
  await rmdir(folder).catch(() => undefined);
}

async function refuseRun(folder: string): Promise<void> {
  const { existsSync } = await import('node:fs');
  const { join } = await import('node:path');
  const { runFiles } = await import('../../model/index.ts');
  const found = [runFiles.model, runFiles.report, runFiles.plan, runFiles.state].find(name =>
    existsSync(join(folder, name)),
  );
  if (found === undefined) return;
  throw new HillockError(
    'usage',
    `${folder} already holds a run (${found})`,
    `go on with it: hillock train --resume ${folder}; or choose another folder with --out`,
  );
}

async function resumed(source: string | undefined, given: TrainOptions, out: Output): Promise<Job | 'finished'> {
  const folder = given.resume!;
  const { readPlan, reportIn } = await import('../../job/index.ts');
  const plan = await readPlan(folder);
  refuseNewOptions(given, 'resume', ['resume', 'checkpointEvery']);
  const { existsSync } = await import('node:fs');
  const { join } = await import('node:path');
  const { runFiles } = await import('../../model/index.ts');
  if (existsSync(join(folder, runFiles.model)) && (await reportIn(folder))) return 'finished';
  const path = source ?? plan.path;
  if (path === '-' && source === undefined) {
    throw new HillockError(
      'usage',
      `the run in ${folder} was fed by standard input, which is gone`,
      `give the data again: hillock train - --resume ${folder} < FILE`,
    );
  }
  return { folder, plan, ...(await dataOfPlan(plan, path, folder, out)), resume: true };
}

/** A training that other machines have made, as a run of its own. */
async function collected(given: TrainOptions, out: Output): Promise<Job> {
  const job = given.collect!;
  const { folderFor, planOfJob } = await import('../../job/index.ts');
  const plan = await planOfJob(job);
  refuseNewOptions(given, 'collect', ['collect', 'out']);
  if (given.out !== undefined) await refuseRun(given.out);
  const read = await dataOfPlan(plan, plan.path, job, out);
  return { folder: given.out ?? (await folderFor('runs', plan.path)), plan, ...read, resume: false };
}

function refuseNewOptions(given: TrainOptions, what: string, may: readonly string[]): void {
  const allowed = new Set(may);
  const extra = Object.entries(given).find(([name, value]) => {
    const there = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
    return there && !allowed.has(name);
  });
  if (!extra) return;
  const name = kebab(extra[0]);
  throw new HillockError(
    'usage',
    `--${what} goes on with the options the run began with; --${name} cannot change them`,
    `leave --${name} out, or start a new run without --${what}`,
  );
}

/** Shows a run as it goes; gives the trained model. */
async function follow(
  run: Run,
  { plan, folder, data, resume }: Job,
  out: Output,
  awaits: string | undefined,
): Promise<TrainedModel> {
  const { narrator } = await import('./train-progress.ts');
  const { baseline, model, task } = plan.options;
  const compares = baseline !== false && model !== 'linear' && data.kind === 'table' && task !== 'forecast';
  const tell = narrator(out, data, { resumed: resume, compares, awaits });
  try {
    for await (const event of run) {
      if (event.event !== 'result') out.event(event.event, withoutName(event));
      if (event.event === 'data') await checkGoals(plan.options.until, event.target.task);
      tell(event);
    }
  } catch (error) {
    run.stop();
    await run.result.catch(() => undefined);
    throw keptState(error, folder);
  }
  return run.result;
}

function withoutName({ event: _, ...fields }: { readonly event: string }): object {
  return fields;
}

/** Says what is left of a run that diverged. */
function keptState(error: unknown, folder: string): unknown {
  if (!(error instanceof HillockError) || error.kind !== 'diverged') return error;
  const hint = [error.hint, `the last good state is kept in ${folder}/checkpoint`].filter(Boolean).join('; ');
  return new HillockError('diverged', error.message, hint, { cause: error });
}

async function conclude(trained: TrainedModel, folder: string, out: Output): Promise<ErrorKind | undefined> {
  await trained.close();
  return tellResult({ report: trained.report!, history: trained.history, folder }, out);
}

async function alreadyFinished(folder: string, out: Output): Promise<ErrorKind | undefined> {
  const { reportIn } = await import('../../job/index.ts');
  const report = (await reportIn(folder))!;
  if (!out.json) out.message('this run has finished already; nothing was changed');
  return tellResult({ report, history: [], folder }, out);
}

async function tellResult(finished: Finished, out: Output): Promise<ErrorKind | undefined> {
  const { resultText, savedText } = await import('./train-result.ts');
  const { stat } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const { report, folder } = finished;
  const { size } = await stat(join(folder, 'model.onnx'));
  out.result({ ...report, run: folder }, () => resultText(finished, out.stdout));
  const missed = missedGoal(report.goal, out);
  out.data(`\n${savedText(finished, size, out.stdout)}`);
  return missed;
}

function missedGoal(
  goal: {
    readonly reached: boolean;
    readonly until: readonly { metric: string; sign: string; level: number }[];
  } | null,
  out: Output,
): ErrorKind | undefined {
  if (!goal || goal.reached) return undefined;
  const asked = goal.until.map(({ metric, sign, level }) => `${metric} ${sign} ${level}`).join(' and ');
  out.message(`goal not reached: ${asked}; the model is saved all the same`);
  return 'target-not-reached';
}
