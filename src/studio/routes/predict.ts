import type { Report } from '../../job/index.ts';
import type { Field } from '../../serve/inputs/kind.ts';
import { json } from '../answer.ts';
import type { Call, Route } from '../route.ts';
import type { Workplace } from '../workplace.ts';

/** What a row of a model has, and what the model tells. */
export interface Signature {
  readonly fields: readonly Field[];
  readonly target: string;
  readonly task: string;
  readonly classes: readonly string[] | null;
}

/** A year or a month as its first day. */
const wholeDate = (time: string): string => (time.length < 10 ? `${time}-01-01`.slice(0, 10) : time);

/** Of a forecast: the end of a series that it was trained on, as an example. */
function pastOf(report: Report | null): Readonly<Record<string, { readonly example: unknown }>> {
  const [shown] = report?.forecast?.shown ?? [];
  const values = shown?.values.slice(-report!.forecast!.window) ?? [];
  if (!shown || !values.every(Number.isFinite)) return {};
  return { history: { example: values }, time: { example: wholeDate(shown.time.at(-1)!) } };
}

/** Hands the request on to the service of the model. */
const forwarded =
  (path: string) =>
  async ({ param, request }: Call, { models }: Workplace): Promise<Response> => {
    const { answer } = await models.open(param('id'));
    const body = request.body ? { body: request.body, duplex: 'half' } : {};
    return answer(
      new Request(`http://localhost${path}`, {
        method: request.method,
        headers: request.headers,
        signal: request.signal,
        ...body,
      }),
    );
  };

export const predictRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/signature',
    about: 'What a row of the model has.',
    async handle({ param }, { models }) {
      const { fields, model } = await models.open(param('id'));
      const { target } = model.spec;
      const past = pastOf(model.report);
      const classes = 'classes' in target ? target.classes : null;
      return json({
        fields: fields.map(field => ({ ...field, ...past[field.name] })),
        target: target.name,
        task: target.task,
        classes,
      } satisfies Signature);
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/predict',
    about: 'Predicts a record or a list of them, as the endpoint does.',
    handle: forwarded('/predict'),
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/explain',
    about: 'Predicts one record and tells what its columns contribute.',
    handle: forwarded('/predict?explain=1'),
  },
];
