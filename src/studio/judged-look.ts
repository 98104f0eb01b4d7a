/** What questions about the rows of a run have in common. */
import { HillockError } from '../errors.ts';
import type { Report } from '../job/index.ts';
import { Refusal } from '../serve/exchange.ts';
import type { Look } from './looks.ts';
import type { Call } from './route.ts';

/** The report of a run; throws `HillockError` kind `model-file` where it has none. */
export function reportOf({ opened }: Look): Report {
  if (opened.report) return opened.report;
  throw new HillockError('model-file', 'this model has no report: nothing tells how good it is', 'train it here');
}

/** A number of the query; throws a `Refusal` for what is none. */
export const wholeNumber = (call: Call, name: string): number | undefined => {
  const text = call.url.searchParams.get(name);
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Refusal(400, `${name} must be a whole number, not ${text.slice(0, 40)}`);
};
