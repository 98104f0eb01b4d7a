/** Which forms of convolutions a job is trained with: by rule, and where training is long by a measurement that this machine keeps. Node only. */
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../data/downloads.ts';
import { fingerprint } from '../data/fingerprint.ts';
import { type Blocks, chooseBy, type Forms } from '../lower/index.ts';
import { writeWhole } from '../model/index.ts';
import { everyLayer, type PlacedLayer, place } from '../nn/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { channelBlocks, learnedRows, raceForms, stepsInEpoch, type TrainingJob } from '../train/index.ts';
import { version } from '../version.ts';

/** Multiply-adds of a training that takes longer than some seconds on any processor, so that a measurement of one is worth it. */
const long = 2e11;

/** Steps of which the few that are measured are a small part. */
const many = 400;

const choiceSchema = z.object({
  of: z.string(),
  blocks: z.boolean(),
  choice: z.record(z.string(), z.string()),
  rowsPerSecond: z.record(z.string(), z.unknown()),
});

type Chosen = Pick<z.infer<typeof choiceSchema>, 'blocks' | 'choice'>;

/** How the convolutions of a job should be computed. */
export async function chosenForms(
  job: TrainingJob,
  runtime: Runtime,
  signal?: AbortSignal | undefined,
): Promise<Forms> {
  const layers = everyLayer(place(job.network, job.inputShape));
  const blocks = layers.some(isConvolution) ? await channelBlocks(runtime) : null;
  const work = multiplyAdds(job, layers);
  if (!blocks) return {};
  if (work < long || stepsInEpoch(job) * job.options.epochs < many) return { blocks };
  const { network, inputShape, options } = job;
  const of = JSON.stringify({
    version,
    processor: cpus()[0]?.model,
    threads: runtime.threads,
    network,
    inputShape,
    batch: options.batch,
    optimizer: options.optimizer,
    // More is measured where training is longer.
    work: Math.ceil(Math.log2(work)),
  });
  const path = join(cacheFolder(), 'forms', `${fingerprint().text(of).hex()}.json`);
  const kept = (await keptChoice(path, of)) ?? (await measured(job, runtime, blocks, path, of, signal));
  return { blocks: kept.blocks ? blocks : null, choose: chooseBy(kept.choice) };
}

/** Whether a layer has kernels over two axes, [K, C, kh, kw]. */
const isConvolution = ({ parameters }: PlacedLayer): boolean => parameters.some(({ shape }) => shape.length === 4);

/** Of a whole training, forward and backward. */
function multiplyAdds(job: TrainingJob, layers: readonly PlacedLayer[]): number {
  const row = layers.reduce((sum, { macs }) => sum + macs, 0);
  return 3 * row * (job.network.members ?? 1) * learnedRows(job) * job.options.epochs;
}

/** What was chosen before; undefined = nothing, or the file is not to be read. */
async function keptChoice(path: string, of: string): Promise<Chosen | undefined> {
  try {
    const { success, data } = choiceSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return success && data.of === of ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Blocks by the rules, unless others are faster and that can be kept: the same training should take the same forms each time. */
async function measured(
  job: TrainingJob,
  runtime: Runtime,
  blocks: Blocks,
  path: string,
  of: string,
  signal: AbortSignal | undefined,
): Promise<Chosen> {
  const rules = { blocks: true, choice: {} };
  try {
    const found = await raceForms(job, runtime, blocks, signal);
    // Another run may have measured meanwhile: what was kept first counts.
    const chosen = (await keptChoice(path, of)) ?? found ?? rules;
    if (found) await writeWhole(path, `${JSON.stringify({ of, ...found, ...chosen }, undefined, 2)}\n`);
    return chosen;
  } catch {
    return rules;
  }
}
