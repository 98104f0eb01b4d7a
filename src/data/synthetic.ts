import { didYouMean, HillockError } from '../errors.ts';
import { type Random, random } from '../random.ts';
import type { Images } from './images.ts';
import { digits } from './synthetic/digits.ts';
import { houses } from './synthetic/houses.ts';
import { obesity } from './synthetic/obesity.ts';
import { moons, spiral, xor } from './synthetic/plane.ts';
import type { Table } from './table.ts';

/** A data set that is drawn by rule from a seed: the source `demo:NAME`. */
export interface Synthetic {
  readonly name: string;
  readonly title: string;
  readonly kind: (Table | Images)['kind'];
  readonly task: 'regression' | 'binary' | 'multiclass';
  readonly target: string;
  readonly make: (rng: Random) => Table | Images;
}

/** The built-in data sets. */
export const synthetics: readonly Synthetic[] = [digits, obesity, houses, moons, spiral, xor];

const prefix = 'demo:';

/** Whether a source names a built-in data set. */
export function isSynthetic(source: string): boolean {
  return source.startsWith(prefix);
}

/** The built-in data set of a source such as `demo:digits`. */
export function findSynthetic(source: string): Synthetic {
  const name = source.slice(source.startsWith(prefix) ? prefix.length : 0);
  const found = synthetics.find(candidate => candidate.name === name);
  if (found) return found;
  const names = synthetics.map(candidate => candidate.name);
  const near = didYouMean(name, names);
  throw new HillockError(
    'data',
    `there is no built-in data set '${name}'`,
    near === undefined ? `built in are: ${names.map(n => prefix + n).join(', ')}` : `did you mean '${prefix}${near}'?`,
  );
}

/** Draws a built-in data set; the same seed gives the same data. */
export function makeSynthetic(source: string, seed = 1): Table | Images {
  const set = findSynthetic(source);
  return set.make(random(seed).split('synthetic', set.name));
}
