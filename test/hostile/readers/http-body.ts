import fc from 'fast-check';
import { HillockError } from '../../../src/errors.ts';
import type { ModelRecord } from '../../../src/model/index.ts';
import { handlerOf } from '../../../src/serve/testing.case.ts';
import { differs, first, reader, type Verdict } from '../reader.ts';

const { handler, predictor, spec } = await handlerOf('multiclass');
const columns = ['size', 'count', 'colour', 'built'];
const classes = 'classes' in spec.target ? spec.target.classes : [];

interface Answer {
  readonly prediction: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

const answersOf = (body: unknown): readonly Answer[] =>
  (body as { predictions?: readonly Answer[] }).predictions ?? [body as Answer];

/** The rows of a body, each by column name. */
const recordsOf = (body: unknown): readonly ModelRecord[] =>
  (Array.isArray(body) && body.every(row => typeof row === 'object') ? body : [body]).map(row =>
    Array.isArray(row) ? Object.fromEntries(columns.map((name, i) => [name, row[i]])) : row,
  );

async function agrees(body: unknown, answers: readonly Answer[]): Promise<Verdict> {
  const records = recordsOf(body);
  const { rows } = await predictor.records(records);
  return first(
    records.some(record => columns.some(name => !Object.hasOwn(record, name))) ? 'a column is missing' : undefined,
    differs(
      'predictions',
      answers.map(({ prediction }) => prediction),
      rows.map(({ value }) => value),
    ),
    answers.some(({ probabilities: told }, row) =>
      classes.some((label, k) => !(Math.abs(told[label]! - rows[row]!.probabilities![k]!) < 1e-6)),
    )
      ? `probabilities of ${JSON.stringify(body)}: ${JSON.stringify(answers)}`
      : undefined,
  );
}

const missing = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 8 });
const record = fc.record({
  size: missing(fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  count: missing(fc.nat(5)),
  colour: missing(fc.constantFrom('red', 'Grün', 'dark blue')),
  built: missing(fc.integer({ min: 1970, max: 2060 }).map(year => `${year}-03-01`)),
});

/** The body of POST /predict: what is answered is what the model says of its rows, all else is a problem in words. */
export const httpBody = reader<unknown>({
  name: 'http-body',
  file: 'body.json',
  async read(_, bytes) {
    const headers = { 'content-type': 'application/json' };
    const body = bytes.slice();
    const response = await handler(new Request('http://service/predict', { method: 'POST', headers, body }));
    const answer: unknown = await response.json();
    if (response.status === 200) return answer;
    const { status, detail } = answer as { status: number; detail: string };
    if (response.status < 400 || response.status >= 500 || status !== response.status || !detail)
      throw new Error(`status ${response.status}: ${JSON.stringify(answer)}`);
    throw new HillockError('data', detail);
  },
  valid: fc.array(record, { minLength: 1, maxLength: 5 }).map(rows => {
    const records = rows.map(({ built, ...rest }) => ({ ...rest, built }));
    return {
      bytes: new TextEncoder().encode(JSON.stringify(records)),
      judge: body => differs('answers', answersOf(body).length, records.length),
    };
  }),
  judge: (bytes, answer) => agrees(JSON.parse(new TextDecoder().decode(bytes)), answersOf(answer)),
  words: ['{"', '":', '[', 'null', '"red"', '"size"', '"__proto__"', '"constructor"', '1e999', 'NaN', '\\ud800'],
});
