/** Options of the command line as a form shows them, and back to what a person would type. */
import { z } from 'zod';
import { didYouMean, HillockError } from '../errors.ts';

/** An option as its record declares it. */
export interface Field {
  readonly name: string;
  /** As it is typed: `--learning-rate`. */
  readonly flag: string;
  readonly kind: 'flag' | 'text' | 'list' | 'number' | 'integer' | 'choice';
  readonly about: string;
  readonly choices: readonly string[];
  readonly min: number | null;
  readonly max: number | null;
  readonly fallback: string | null;
  readonly repeatable: boolean;
}

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);
export const givenSchema = z.record(z.string(), value.nullable());
export type GivenOptions = z.infer<typeof givenSchema>;

/** What a person would type for these options; throws `HillockError` kind `usage` for one that there is not. */
export function typed(given: GivenOptions, fields: readonly Field[]): readonly string[] {
  return Object.entries(given).flatMap(([name, one]) => {
    if (one === null || one === '' || one === false || (Array.isArray(one) && one.length === 0)) return [];
    const field = fields.find(known => known.name === name);
    if (!field) {
      const near = didYouMean(
        name,
        fields.map(known => known.name),
      );
      throw new HillockError('usage', `there is no option ${name}`, near && `did you mean ${near}?`);
    }
    if (field.kind === 'flag') return [field.flag];
    if (field.repeatable) return (Array.isArray(one) ? one : [one]).map(text => `${field.flag}=${text}`);
    return [`${field.flag}=${Array.isArray(one) ? one.join(',') : one}`];
  });
}
