import type { TorchOptions } from '../../engines/torch/index.ts';
import { HillockError } from '../../errors.ts';
import type { Output } from '../output.ts';
import { dataOfPlan } from './planned-data.ts';

/** Writes the training of a run as a folder for PyTorch on other machines. */
export async function exportJob(
  run: string,
  folder: string,
  name: string,
  options: Pick<TorchOptions, 'nproc' | 'nodes' | 'strategy' | 'microBatches' | 'precision' | 'device'>,
  out: Output,
): Promise<void> {
  const { readPlan, writeTorchJob } = await import('../../job/index.ts');
  const { torchDefaults } = await import('../../engines/torch/options.ts');
  const { existsSync } = await import('node:fs');
  const { join } = await import('node:path');
  if (existsSync(join(folder, 'job.json'))) {
    throw new HillockError(
      'usage',
      `${folder} already holds a job, and maybe what it has made`,
      'choose another folder with --out',
    );
  }
  const found = await readPlan(run);
  const plan = { ...found, options: { ...found.options, engine: { ...torchDefaults, ...options } } };
  if (plan.path === '-')
    throw new HillockError('usage', `the run in ${run} was fed by standard input, which is gone`, 'train from a file');
  const { data, test } = await dataOfPlan(plan, plan.path, run, out);
  const { readArtifact } = await import('../../model/index.ts');
  const from = plan.from === undefined ? undefined : await readArtifact(plan.from);
  const given = { ...plan.options, from, test: test ?? plan.options.test };
  const files = await writeTorchJob(folder, name, plan, data, given);
  out.result({ run, format: 'torch-job', folder, files }, () =>
    [
      `${folder}: the training of ${run} on PyTorch distributed, with its data; start it with one of`,
      ...files.filter(file => !file.endsWith('.md')).map(file => `  ${file}`),
      `and bring it back with: hillock train --collect ${folder}`,
    ].join('\n'),
  );
}
