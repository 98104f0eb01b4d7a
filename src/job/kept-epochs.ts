/** States of a training that are kept beside its last one, so that another may start from any of them. Node only. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HillockError } from '../errors.ts';
import { f32, sizeOf } from '../graph/index.ts';
import { readArtifact, runFiles, writeWhole } from '../model/index.ts';
import type { FitState } from '../train/index.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import type { StartingModel } from './starting.ts';

const folderOf = (run: string): string => join(run, dirname(runFiles.state), 'epochs');
const fileOf = (run: string, epoch: number): string => join(folderOf(run), `${epoch}.safetensors`);

/** Keeps the state after an epoch; gives its path. */
export async function keepEpoch(run: string, { history }: FitState, bytes: Uint8Array): Promise<string> {
  const path = fileOf(run, history.at(-1)!.epoch);
  await writeWhole(path, bytes);
  return path;
}

/** The epochs of a run whose states are kept, in order. */
export async function keptEpochs(run: string): Promise<readonly number[]> {
  const names = await readdir(folderOf(run)).catch(() => []);
  return names.flatMap(name => /^(\d+)\.safetensors$/.exec(name)?.slice(1).map(Number) ?? []).sort((a, b) => a - b);
}

/**
 * The model of a run to start from, with the weights of its best epoch or of one that was kept; throws `HillockError`
 * kind `usage` for an epoch that was not, `model-file` where its file is damaged or of another network.
 */
export async function startingModel(run: string, epoch?: number): Promise<StartingModel> {
  const { spec, parameters } = await readArtifact(run);
  if (epoch === undefined) return { spec, parameters };
  const known = await keptEpochs(run);
  if (!known.includes(epoch)) {
    throw new HillockError(
      'usage',
      `${run} does not hold the weights after epoch ${epoch}`,
      known.length > 0
        ? `it holds those after ${known.join(', ')}`
        : 'train it with --keep-epochs 20 to keep up to 20 of them, or leave --from-epoch out: its best epoch',
    );
  }
  const path = fileOf(run, epoch);
  const { arrays } = decodeCheckpoint(await readFile(path), path);
  const own = [...parameters].map(([name, { shape }]) => {
    const values = arrays.get(name);
    if (values?.length === sizeOf(shape)) return [name, f32(values, shape)] as const;
    throw new HillockError('model-file', `${path} is of another network: ${name} does not fit`);
  });
  return { spec, parameters: new Map(own) };
}
