/** What a run of the command line was asked for, as the studio asks for one. Node only. */
import { relative } from 'node:path';
import { isSynthetic, namedDownload } from '../data/index.ts';
import { readPlan } from '../job/index.ts';
import { optionsOf } from '../report/index.ts';
import type { GivenOptions } from './fields.ts';
import type { StudioOptions } from './options.ts';
import type { TrainRequest } from './trainings.ts';

/** Null where its folder does not tell, or where the data came from standard input. */
export async function askedOf(
  run: string,
  { folder, trainFields }: Pick<StudioOptions, 'folder' | 'trainFields'>,
): Promise<TrainRequest | null> {
  const plan = await readPlan(run).catch(() => undefined);
  if (!plan || plan.path === '-') return null;
  const { model } = plan.options;
  const options: GivenOptions = {};
  for (const [flag, value = true] of optionsOf({
    ...plan,
    test: plan.test && { ...plan.test, source: plan.test.path },
  })) {
    const field = trainFields.find(known => known.flag === flag);
    if (!field || (flag === '--model' && typeof model === 'object')) continue;
    const before = options[field.name];
    options[field.name] = field.repeatable ? [...(Array.isArray(before) ? before : []), String(value)] : value;
  }
  const named = isSynthetic(plan.path) || namedDownload(plan.path) !== undefined;
  const near = relative(folder, plan.path);
  return {
    source: named || near.startsWith('..') ? plan.path : near,
    options,
    ...(typeof model === 'object' && { layers: [...model.layers] }),
  };
}
