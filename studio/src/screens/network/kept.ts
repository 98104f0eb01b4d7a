/** A network as a file: the address that it has, and everything that its training goes on from. */
import type { LabState } from 'hillock/lab';

export interface KeptNetwork {
  readonly hillock: 'network';
  readonly version: 1;
  /** `#network?…`: data, layers, options, frozen neurons. */
  readonly address: string;
  readonly state: LabState;
}

const listed = (arrays: LabState['parameters']): Record<string, number[]> =>
  Object.fromEntries([...arrays].map(([name, values]) => [name, [...values]]));

export const textOf = (address: string, { parameters, slots, ...counts }: LabState): string =>
  JSON.stringify({
    hillock: 'network',
    version: 1,
    address,
    state: { ...counts, parameters: listed(parameters), slots: listed(slots) },
  });

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function arraysOf(value: unknown): LabState['parameters'] {
  if (typeof value !== 'object' || value === null) throw new Error('no numbers');
  return new Map(
    Object.entries(value).map(([name, numbers]) => {
      if (!Array.isArray(numbers) || !numbers.every(Number.isFinite)) throw new Error(`${name} holds no numbers`);
      return [name, Float32Array.from(numbers)];
    }),
  );
}

/** Reads a kept network; throws an `Error` that says what is wrong with it. */
export function readKept(text: string): KeptNetwork {
  let found: Record<string, unknown>;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error('The file is no JSON: it is not a network that was saved here.');
  }
  const { hillock, version, address, state } = found ?? {};
  if (hillock !== 'network' || version !== 1 || typeof address !== 'string' || !address.startsWith('#network'))
    throw new Error('The file is not a network that was saved here.');
  const { seen, steps, updates, parameters, slots } = (state ?? {}) as Record<string, unknown>;
  if (!isCount(seen) || !isCount(steps) || !isCount(updates))
    throw new Error('The file does not say how far it was trained.');
  try {
    return {
      hillock,
      version,
      address,
      state: { seen, steps, updates, parameters: arraysOf(parameters), slots: arraysOf(slots) },
    };
  } catch (cause) {
    throw new Error(`The weights in the file cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
