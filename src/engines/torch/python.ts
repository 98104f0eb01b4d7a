/** The Python with PyTorch that a job runs in. Node only. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { HillockError } from '../../errors.ts';
import type { TorchOptions } from './options.ts';
import { strategyOf, torchStrategies } from './strategies.ts';

const foundSchema = z.object({
  python: z.tuple([z.number(), z.number()]),
  torch: z.string(),
  distributed: z.boolean(),
  gloo: z.boolean(),
  nccl: z.boolean(),
  gpus: z.number(),
});

export interface TorchPython extends z.infer<typeof foundSchema> {
  readonly command: string;
}

const probe = `
import json, sys
import torch, torch.distributed as dist
there = dist.is_available()
print(json.dumps({"python": sys.version_info[:2], "torch": torch.__version__, "distributed": there,
    "gloo": there and (not hasattr(dist, "is_gloo_available") or dist.is_gloo_available()),
    "nccl": there and dist.is_nccl_available(), "gpus": torch.cuda.device_count()}))
`;

/** Where a Python is looked for: where the person says, or the usual places. */
const places = (): readonly string[] => {
  const told = process.env.HILLOCK_TORCH_PYTHON;
  return told ? [told] : ['python3', '/usr/bin/python3'];
};

const known = new Map<string, Promise<TorchPython>>();

/** The first Python that has PyTorch with its distributed part; throws `HillockError` kind `device` that tells what was found. */
export function findTorch(): Promise<TorchPython> {
  const key = places().join();
  const found = known.get(key) ?? lookForTorch();
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

async function lookForTorch(): Promise<TorchPython> {
  const tried: string[] = [];
  for (const command of places()) {
    try {
      const { stdout } = await promisify(execFile)(command, ['-c', probe], { timeout: 120_000 });
      const found = foundSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1)!));
      if (found.distributed) return { command, ...found };
      tried.push(`${command}: PyTorch ${found.torch} without torch.distributed`);
    } catch (error) {
      const { code, stderr } = error as { readonly code?: string | number; readonly stderr?: string };
      const last = stderr?.trim().split('\n').at(-1);
      tried.push(
        `${command}: ${code === 'ENOENT' ? 'not there' : last && last.length < 200 ? last : 'no Python that answers'}`,
      );
    }
  }
  throw new HillockError(
    'device',
    `--engine torch needs a Python with PyTorch; found ${tried.join('; ')}`,
    'install it (apt-get install python3-torch, or pip install torch), or name the Python in HILLOCK_TORCH_PYTHON',
  );
}

/** 1.13.0a0 as [1, 13]. */
export const torchVersion = ({ torch }: Pick<TorchPython, 'torch'>): readonly [number, number] => {
  const [major = 0, minor = 0] = torch.split('.').map(part => Number.parseInt(part, 10));
  return [major, minor];
};

/** Whether a version is another one or later. */
export const atLeast = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]): boolean =>
  a > c || (a === c && b >= d);

/** Throws `HillockError` kind `device` where this PyTorch cannot do what is asked for. */
export function checkTorch(found: TorchPython, { strategy: name, device }: TorchOptions): void {
  const { since } = strategyOf({ strategy: name });
  const instead = `use --strategy ${torchStrategies
    .filter(one => atLeast(torchVersion(found), one.since))
    .map(one => one.name)
    .join(' or ')}`;
  if (!atLeast(torchVersion(found), since)) {
    throw new HillockError(
      'device',
      `--strategy ${name} needs PyTorch ${since.join('.')} or later, ${found.command} has ${found.torch}`,
      `${instead}, or name a Python with a later PyTorch in HILLOCK_TORCH_PYTHON`,
    );
  }
  if (device === 'cuda' && (found.gpus === 0 || !found.nccl)) {
    throw new HillockError(
      'device',
      `PyTorch ${found.torch} of ${found.command} finds ${found.gpus === 0 ? 'no GPU' : 'no NCCL'}`,
      'leave --device out, then it trains on the CPU',
    );
  }
  if ((device === 'cpu' || found.gpus === 0) && !found.gloo) {
    throw new HillockError(
      'device',
      `PyTorch ${found.torch} of ${found.command} has no gloo, by which processes on CPUs speak to one another`,
      'name another Python in HILLOCK_TORCH_PYTHON',
    );
  }
}
