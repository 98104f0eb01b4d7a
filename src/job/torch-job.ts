/** A training as a folder for PyTorch on other machines, and the plan that it keeps. Node only. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImagesSplit, Table } from '../data/index.ts';
import { writeTemplates } from '../engines/torch/cluster/index.ts';
import { type TorchOptions, writeJob } from '../engines/torch/index.ts';
import { HillockError } from '../errors.ts';
import { writeWhole } from '../model/index.ts';
import { place } from '../nn/index.ts';
import { freshState } from '../train/index.ts';
import { runtimeFor } from './device.ts';
import { parsePlan, type RunPlan } from './plan.ts';
import { type PrepareOptions, prepare } from './prepare.ts';

/** The plan of the run in the folder of a job. */
const planFile = 'run.json';

/** Seconds between whole states of a job that nobody follows. */
const checkpointEvery = 60;

/** Writes the job of a plan on its data; gives the names of the files that start it. */
export async function writeTorchJob(
  folder: string,
  name: string,
  plan: RunPlan & { readonly options: { readonly engine: TorchOptions } },
  data: Table | ImagesSplit,
  options: PrepareOptions,
): Promise<readonly string[]> {
  const { engine } = plan.options;
  const { job } = await prepare(data, options, await runtimeFor('cpu'));
  const layers = place(job.network, job.inputShape);
  const { nodes, nproc = 1, device } = engine;
  await writeJob(
    folder,
    { job, layers, state: freshState(job, layers), options: engine, checkpointEvery },
    nodes * nproc,
  );
  await writeWhole(join(folder, planFile), `${JSON.stringify(plan, null, 2)}\n`);
  return writeTemplates(folder, { name, nodes, nproc, gpus: device !== 'cpu' });
}

/** The plan that the folder of a job keeps, without states of epochs, which PyTorch does not keep; throws `HillockError` kind `data` where there is none. */
export async function planOfJob(folder: string): Promise<RunPlan> {
  const path = join(folder, planFile);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HillockError(
      'data',
      `there is no job in ${folder}: it holds no ${planFile}`,
      'write one with `hillock export RUN --to torch-job`',
      { cause },
    );
  });
  const plan = parsePlan(text, path, 'write the job anew');
  const { keepEpochs: _, ...options } = plan.options;
  return { ...plan, options };
}
