/** Which forms of convolutions a job is trained with: by rule, and where training is long by a measurement that this machine keeps. Node only. */
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../data/downloads.ts';
import { fingerprint } from '../data/fingerprint.ts';
import type { Blocks } from '../lower/index.ts';
import { writeWhole } from '../model/index.ts';
import { everyLayer, type PlacedLayer, place } from '../nn/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { channelBlocks, learnedRows, paces, stepsInEpoch, type TrainingJob } from '../train/index.ts';
import { version } from '../version.ts';

/** Multiply-adds of a training that takes longer than some seconds on any processor, so that a measurement of one is worth it. */
const long = 2e11;

/** Steps of which the few that are measured are a small part. */
const many = 400;

/** The rule stays unless the other form is faster by so much: what is measured once is not that sure. */
const clearly = 1.1;

const choiceSchema = z.object({ of: z.string(), blocks: z.boolean(), rowsPerSecond: z.array(z.number()) });

/** The convolutions in blocks of channels that a job should be trained with; null = without. */
export async function chosenBlocks(
  job: TrainingJob,
  runtime: Runtime,
  signal?: AbortSignal | undefined,
): Promise<Blocks | null> {
  const layers = everyLayer(place(job.network, job.inputShape));
  const blocks = layers.some(isConvolution) ? await channelBlocks(runtime) : null;
  if (!blocks || multiplyAdds(job, layers) < long || stepsInEpoch(job) * job.options.epochs < many) return blocks;
  const { network, inputShape, options } = job;
  const of = JSON.stringify({
    version,
    processor: cpus()[0]?.model,
    threads: runtime.threads,
    network,
    inputShape,
    batch: options.batch,
    optimizer: options.optimizer,
  });
  const path = join(cacheFolder(), 'forms', `${fingerprint().text(of).hex()}.json`);
  const kept = (await keptChoice(path, of)) ?? (await measured(job, runtime, blocks, path, of, signal));
  return kept ? blocks : null;
}

/** Whether a layer has kernels over two axes, [K, C, kh, kw]. */
const isConvolution = ({ parameters }: PlacedLayer): boolean => parameters.some(({ shape }) => shape.length === 4);

/** Of a whole training, forward and backward. */
function multiplyAdds(job: TrainingJob, layers: readonly PlacedLayer[]): number {
  const row = layers.reduce((sum, { macs }) => sum + macs, 0);
  return 3 * row * (job.network.members ?? 1) * learnedRows(job) * job.options.epochs;
}

/** What was chosen before; undefined = nothing, or the file is not to be read. */
async function keptChoice(path: string, of: string): Promise<boolean | undefined> {
  try {
    const { success, data } = choiceSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return success && data.of === of ? data.blocks : undefined;
  } catch {
    return undefined;
  }
}

/** Blocks, unless they are clearly slower and that can be kept: the same training should take the same form each time. */
async function measured(
  job: TrainingJob,
  runtime: Runtime,
  blocks: Blocks,
  path: string,
  of: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const rowsPerSecond = await paces(job, runtime, [
      { blocks, signal },
      { blocks: null, signal },
    ]);
    const [own, other] = rowsPerSecond as readonly [number, number];
    // Another run may have measured meanwhile: what was kept first counts.
    const choice = (await keptChoice(path, of)) ?? !(other > clearly * own);
    if (rowsPerSecond.every(Number.isFinite))
      await writeWhole(path, `${JSON.stringify({ of, blocks: choice, rowsPerSecond })}\n`);
    return choice;
  } catch {
    return true;
  }
}
