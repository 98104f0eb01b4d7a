/** Training on PyTorch distributed, two processes on this machine, against training here. */
import { describe, expect, test } from 'vitest';
import { follow } from '../train/jobs.ts';
import { modern, strategies } from './torch-found.ts';
import { apart, jobs, onTorch } from './torch-jobs.ts';

const close = 1e-4;

/** PyTorch is imported by every process, which takes long on a busy machine. */
const timeout = 600_000;

const cases = Object.entries(jobs).flatMap(([name, make]) =>
  (['sgd', 'adam'] as const).map(optimizer => ({ name, optimizer, make })),
);

/** What zero1 does besides ddp shows where it goes on from a state. */
const whole = strategies.filter(({ name }) => name !== 'zero1');

/** Each network with one optimiser where PyTorch is old: of the strategies besides ddp it runs the same code. */
const casesOf = (name: string): typeof cases => {
  const turn = name === 'tensor' ? 0 : 1;
  return modern || name === 'ddp' ? cases : cases.filter((_, i) => (i + Math.floor(i / 2) + turn) % 2 === 0);
};

describe.each(whole)('$name: two processes come to the same losses, weights and scores', ({ name, why }) => {
  test.skipIf(why !== undefined).each(casesOf(name))(
    '$name, $optimizer, 200 steps',
    { timeout },
    async ({ make, optimizer }) => {
      const job = make({ optimizer });
      const found = apart(await follow(job, { fit: onTorch({ strategy: name }) }), await follow(job));
      expect(found.losses).toBeLessThan(close);
      expect(found.weights).toBeLessThan(close);
      expect(found.scores).toBeLessThan(close);
    },
  );

  test.runIf(why !== undefined)(`${why}`, () => {});
});
