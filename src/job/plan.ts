/** What a run was asked for, written into its folder before it starts, so that the folder alone can resume it. Node only. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { duplicateRules } from '../data/index.ts';
import { torchOptionsSchema } from '../engines/torch/options.ts';
import { cannotWrite, HillockError } from '../errors.ts';
import { runFiles, writeWhole } from '../model/index.ts';
import { activationNames } from '../neuron/activations.ts';
import { type NetworkSpec, parseNetwork } from '../nn/index.ts';
import { type OptimizerName, optimizers, type ScheduleName, schedules } from '../optim/index.ts';
import { augmentationSchema } from '../train/augment-kinds.ts';
import { version } from '../version.ts';
import { least } from './check-options.ts';
import { devices } from './device.ts';
import { makeFolder } from './lock.ts';
import { type ModelName, modelNames } from './model-name.ts';

const optionsSchema = z.object({
  target: z.string().optional(),
  imageSize: z.int().min(1).optional(),
  task: z.enum(['regression', 'binary', 'multiclass', 'forecast']).optional(),
  ignore: z.array(z.string()).optional(),
  validation: z.number().min(0).max(1).optional(),
  test: z.number().min(0).optional(),
  time: z.union([z.string(), z.array(z.string())]).optional(),
  horizon: z.int().min(least.horizon).optional(),
  window: z.int().min(least.window).optional(),
  group: z.array(z.string()).optional(),
  features: z.array(z.string()).optional(),
  known: z.array(z.string()).optional(),
  step: z.string().optional(),
  duplicates: z.enum(duplicateRules).optional(),
  interval: z.number().gt(0).lt(1).optional(),
  model: z.unknown().optional(),
  hidden: z.array(z.int().min(1)).optional(),
  activation: z.enum(activationNames).optional(),
  dropout: z.number().min(0).max(1).optional(),
  members: z.int().min(least.members).max(256).optional(),
  optimizer: z.enum(Object.keys(optimizers) as OptimizerName[]).optional(),
  learningRate: z.number().positive().optional(),
  weightDecay: z.number().min(0).optional(),
  batch: z.int().min(least.batch).optional(),
  epochs: z.int().min(least.epochs).optional(),
  schedule: z.enum(Object.keys(schedules) as ScheduleName[]).optional(),
  clip: z.number().min(0).optional(),
  patience: z.int().min(least.patience).optional(),
  seed: z.int().min(0).optional(),
  augment: augmentationSchema.optional(),
  freeze: z.array(z.string()).optional(),
  until: z.array(z.object({ metric: z.string(), sign: z.enum(['>=', '<=']), level: z.number() })).optional(),
  device: z.enum(devices).optional(),
  threads: z.int().min(1).optional(),
  baseline: z.boolean().optional(),
  engine: torchOptionsSchema.optional(),
  stream: z.boolean().optional(),
  keepEpochs: z.int().min(1).optional(),
  excludeRows: z.array(z.int().min(1)).optional(),
  relabel: z.array(z.object({ row: z.int().min(1), value: z.string() })).optional(),
});
const planSchema = z.object({
  version: z.literal(1),
  hillock: z.string(),
  created: z.string(),
  source: z.string(),
  path: z.string(),
  fingerprint: z.string(),
  test: z.object({ source: z.string(), path: z.string(), fingerprint: z.string() }).nullable(),
  from: z.string().optional(),
  fromEpoch: z.int().min(1).optional(),
  options: optionsSchema,
});

/** The options of a run as plain data; `train` takes them as they are. */
export type PlannedOptions = Omit<z.infer<typeof optionsSchema>, 'model'> & {
  /** Absent = the recipe chooses. */
  readonly model?: ModelName | NetworkSpec | undefined;
};

/** A file of data: as it was named, where it is, and what was in it. */
export interface PlannedSource {
  readonly source: string;
  readonly path: string;
  readonly fingerprint: string;
}

export interface RunPlan extends PlannedSource {
  readonly version: 1;
  readonly hillock: string;
  readonly created: string;
  /** The test file, where it is one of its own. */
  readonly test: PlannedSource | null;
  /** The run that its weights come from. */
  readonly from?: string | undefined;
  /** The epoch of that run; absent = its best. */
  readonly fromEpoch?: number | undefined;
  readonly options: PlannedOptions;
}

/** A plan of now. */
export const makePlan = (source: PlannedSource, test: PlannedSource | null, options: PlannedOptions): RunPlan => ({
  version: 1,
  hillock: version,
  created: new Date().toISOString(),
  ...source,
  test,
  options,
});

/** Writes the plan of a run into its folder, which is made. */
export async function writePlan(folder: string, plan: RunPlan): Promise<void> {
  await writeWhole(join(folder, runFiles.plan), `${JSON.stringify(plan, null, 2)}\n`);
}

/** Reads the plan of a run; throws `HillockError` kind `data` where there is none, `model-file` where it is damaged. */
export async function readPlan(folder: string): Promise<RunPlan> {
  const path = join(folder, runFiles.plan);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HillockError(
      'data',
      `there is no run to go on with in ${folder}: it holds no ${runFiles.plan}`,
      'see your runs with `hillock runs`, or start again without --resume',
      { cause },
    );
  });
  return parsePlan(text, path, 'start again without --resume');
}

/** The plan of a run out of untrusted text; throws `HillockError` kind `model-file`. */
export function parsePlan(text: string, path: string, hint: string): RunPlan {
  const result = planSchema.safeParse(parsed(text));
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new HillockError(
      'model-file',
      `${path} is not the plan of a run: ${issue.path.join('.') || 'the file'}: ${issue.message}`,
      hint,
    );
  }
  const { options } = result.data;
  const { model, ...rest } = options;
  const named = modelNames.find(name => name === model);
  const chosen = model === undefined ? {} : { model: named ?? parseNetwork(model) };
  return { ...result.data, options: { ...rest, ...chosen } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Makes a folder for a run that no other run has: `wanted`, or the next free `wanted-2`, `wanted-3`, …. */
export async function freshFolder(parent: string, wanted: string): Promise<string> {
  await makeFolder(parent);
  for (let k = 1; ; k++) {
    const folder = join(parent, k === 1 ? wanted : `${wanted}-${k}`);
    const made = await mkdir(folder).then(
      () => true,
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'EEXIST') return false;
        throw cannotWrite(folder, cause);
      },
    );
    if (made) return folder;
  }
}
