import { didYouMean, HillockError } from '../../errors.ts';
import type { ModelOptions } from './train-options.ts';
import { modelParameters } from './train-options.ts';

/** One training of a comparison: what is different about it, and its options. */
export interface Variant {
  /** What was varied, in the order of the command line. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly options: ModelOptions;
}

const varied = [
  'activation',
  'hidden',
  'model',
  'optimizer',
  'lr',
  'weight-decay',
  'dropout',
  'members',
  'schedule',
  'clip',
  'batch',
  'epochs',
  'patience',
  'ignore',
] as const;
const mostVariants = 200;

/** Every combination of the values of `--vary NAME=A,B` (or `NAME=A;B` where a value holds commas). */
export function variants(texts: readonly string[], options: ModelOptions): readonly Variant[] {
  const axes = texts.map(axisOf);
  const repeated = axes.find(({ name }, i) => axes.findIndex(other => other.name === name) !== i);
  if (repeated) throw new HillockError('usage', `--vary ${repeated.name} is given more than once`);
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > mostVariants) {
    throw new HillockError('usage', `--vary asks for ${count} trainings; at most ${mostVariants} are made at once`);
  }
  return axes.reduce<readonly Variant[]>(
    (all, { name, values }) =>
      all.flatMap(({ settings, options: base }) =>
        values.map(({ text, value }) => ({
          settings: [...settings, [name, text] as const],
          options: { ...base, [camel(name)]: value },
        })),
      ),
    [{ settings: [], options }],
  );
}

/** A folder name for each variant, no two alike: what was varied, in letters that any disk takes. */
export function folderNames(all: readonly Variant[]): readonly string[] {
  const taken = new Set<string>();
  return all.map(({ settings }) => {
    const wanted = settings
      .map(([name, value]) => `${name}-${value}`)
      .join('_')
      .replace(/[^\p{L}\p{N}._-]+/gu, '-');
    let name = wanted;
    for (let k = 2; taken.has(name.toLowerCase()); k++) name = `${wanted}-${k}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

interface Axis {
  readonly name: string;
  readonly values: readonly { readonly text: string; readonly value: unknown }[];
}

function axisOf(given: string): Axis {
  const at = given.indexOf('=');
  const name = given.slice(0, at).trim();
  if (at <= 0 || given.slice(at + 1).trim() === '') {
    throw new HillockError(
      'usage',
      `--vary ${JSON.stringify(given)} says nothing to vary`,
      "write it like --vary activation=relu,tanh or --vary 'hidden=32;64,32'",
    );
  }
  if (!(varied as readonly string[]).includes(name)) {
    const near = didYouMean(name, varied);
    throw new HillockError(
      'usage',
      `--vary cannot vary ${JSON.stringify(name)}`,
      near ? `did you mean ${near}?` : `it varies ${varied.join(', ')}`,
    );
  }
  const list = given.slice(at + 1);
  const texts = list.split(list.includes(';') || name === 'hidden' || name === 'ignore' ? ';' : ',');
  const values = texts.map(text => ({ text: text.trim(), value: readValue(name, text.trim()) }));
  return { name, values };
}

function readValue(name: string, text: string): unknown {
  try {
    return modelParameters[camel(name) as keyof ModelOptions].read([text]);
  } catch (error) {
    if (!(error instanceof HillockError)) throw error;
    throw new HillockError('usage', `--vary ${name}: ${error.message}`, error.hint);
  }
}

const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
