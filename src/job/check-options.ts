/** What training is asked for, before anything is made of it. */
import { HillockError } from '../errors.ts';

/** Options that are whole numbers, and the least that each may be. */
export const least = { epochs: 1, batch: 1, members: 1, horizon: 1, window: 1, patience: 0, keepEpochs: 1 } as const;

/** Throws `HillockError` kind `usage` where a number of an option is none that it may be. */
export function checkNumbers(
  options: Readonly<Partial<Record<keyof typeof least | 'learningRate', number | undefined>>>,
): void {
  const refuse = (name: string, wanted: string, value: unknown): never => {
    throw new HillockError('usage', `${name} must be ${wanted}, not ${String(value)}`);
  };
  for (const [name, low] of Object.entries(least)) {
    const value = options[name as keyof typeof least];
    if (value !== undefined && !(Number.isInteger(value) && value >= low))
      refuse(name, `a whole number of at least ${low}`, value);
  }
  const { learningRate: rate } = options;
  if (rate !== undefined && !(Number.isFinite(rate) && rate > 0)) refuse('learningRate', 'a number above 0', rate);
}
