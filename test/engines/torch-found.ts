/** The PyTorch that tests train with, and what it has. */
import { atLeast, findTorch, torchVersion } from '../../src/engines/torch/python.ts';
import { torchStrategies } from '../../src/engines/torch/strategies.ts';
import { whyNoTorch } from '../../src/model/import/testing.case.ts';

/** The Python that the environment names, or a python3 that has PyTorch. */
export const found = await findTorch().catch(() => undefined);

/** The environment of a command line that is to find the same. */
export const torchEnvironment: Readonly<Record<string, string>> = found ? { HILLOCK_TORCH_PYTHON: found.command } : {};

/** Every strategy, and why it cannot be tested here; undefined = it can. */
export const strategies = torchStrategies.map(({ name, since }) => {
  const lacks = found && !atLeast(torchVersion(found), since) ? `PyTorch ${since.join('.')}, found ${found.torch}` : '';
  return { name, why: !found ? whyNoTorch : lacks ? `skipped: ${name} needs ${lacks}` : undefined };
});

/** Whether it is one of which tests run every case. */
export const modern = found !== undefined && atLeast(torchVersion(found), [2, 0]);
