/** Jobs for PyTorch, and how far two trainings are from one another. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitOnTorch, type TorchOptions, torchDefaults } from '../../src/engines/torch/index.ts';
import { f32 } from '../../src/graph/index.ts';
import { conv2d, dense, flatten, type LayerSpec, lstm, maxPool, network } from '../../src/nn/index.ts';
import { random } from '../../src/random.ts';
import type { FitControl, FitOptions, fit, TrainingJob } from '../../src/train/index.ts';
import { type Followed, imageJob, jobOf, smallJob } from '../train/jobs.ts';

/** Steps of 7 rows: of two ranks one takes 3, the other 4. */
export const uneven = { batch: 7, epochs: 29, learningRate: 0.02 } as const;

export const jobs = {
  FNN: (more: Partial<FitOptions>): TrainingJob =>
    smallJob('regression', [dense(8, 'tanh'), dense(5, 'silu')], { ...uneven, ...more }),
  CNN(more: Partial<FitOptions>): TrainingJob {
    const job = imageJob({ ...uneven, epochs: 20, ...more });
    const layers: LayerSpec[] = [conv2d(4, 3, 'tanh', { padding: 'same' }), maxPool(2), flatten(), dense(3)];
    return { ...job, network: network(layers) };
  },
  LSTM(more: Partial<FitOptions>): TrainingJob {
    const rng = random('sequences');
    const x = f32(
      Float32Array.from({ length: 64 * 10 }, () => rng.normal()),
      [64, 5, 2],
    );
    const truths = Float64Array.from({ length: 64 }, (_, row) => Number((x.data as Float32Array)[row * 10 + 4]! > 0));
    return jobOf('binary', x, truths, [lstm(6)], { ...uneven, ...more });
  },
} as const;

/** Trains with torchrun in a folder that is removed, and is told of before. */
export const onTorch = (options: Partial<TorchOptions>, tell: (folder: string) => void = () => undefined): typeof fit =>
  async function* (job: TrainingJob, runtime, control: FitControl = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'hillock-torch-test-'));
    tell(folder);
    try {
      const all = { ...torchDefaults, nproc: 2, ...options };
      return yield* fitOnTorch(job, runtime, { ...control, options: all, folder, threads: 1 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

/** The largest difference of arrays, of each in units of its largest number. */
function arraysApart(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
  if ([...a.keys()].sort().join() !== [...b.keys()].sort().join()) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const [name, values] of b) {
    const unit = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    values.forEach((value, i) => {
      const apart = Math.abs(a.get(name)![i]! - value) / unit;
      worst = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(worst, apart);
    });
  }
  return worst;
}

export interface Apart {
  readonly weights: number;
  readonly losses: number;
  readonly scores: number;
}

/** How far two trainings are apart, relatively: best weights, the loss of every epoch, the scores of every epoch. */
export function apart({ result: a, error }: Followed, { result: b }: Followed): Apart {
  if (!a || !b) throw error ?? new Error('a run has no result');
  if (a.history.length !== b.history.length) throw new Error(`${a.history.length} epochs, not ${b.history.length}`);
  const far = (x: number, y: number): number => Math.abs(x - y) / Math.max(1e-3, Math.abs(y));
  const scores = b.history.flatMap(({ validation }, i) =>
    Object.entries(validation).map(([name, value]) => far(a.history[i]!.validation[name]!, value)),
  );
  return {
    weights: arraysApart(a.parameters, b.parameters),
    losses: Math.max(...b.history.map(({ loss }, i) => far(a.history[i]!.loss, loss))),
    scores: Math.max(0, ...scores),
  };
}

/** The processes that name a path in their command, by their rank; -1 = torchrun itself, whose children are the ranks. */
export function processesOf(path: string): readonly { readonly pid: number; readonly rank: number }[] {
  const read = (name: string): string => {
    try {
      return readFileSync(name, 'utf8');
    } catch {
      return '';
    }
  };
  const named = readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid))
    .filter(pid =>
      read(`/proc/${pid}/cmdline`)
        .split('\0')
        .some(word => word.startsWith(path)),
    )
    .map(Number)
    .sort((a, b) => a - b);
  const parent = (pid: number): number => Number(read(`/proc/${pid}/status`).match(/^PPid:\s*(\d+)$/m)?.[1]);
  const ranks = named.filter(pid => named.includes(parent(pid)));
  return named.map(pid => ({ pid, rank: ranks.indexOf(pid) }));
}
