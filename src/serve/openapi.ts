/** The service in OpenAPI 3.1, from its routes and what its models tell about themselves. */
import { version } from '../version.ts';
import type { InputReader, Schema } from './inputs/kind.ts';
import type { Content, Route, Service } from './route.ts';
import type { ServedModel } from './served.ts';

/** What a record for a model looks like. */
export const rowSchema = ({ reader: { fields } }: ServedModel): Schema => ({
  type: 'object',
  required: fields.flatMap(({ name, optional }) => (optional ? [] : [name])),
  properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
});

/** A record that a model takes. */
export const exampleOf = ({ reader: { fields } }: ServedModel): object =>
  Object.fromEntries(fields.map(({ name, example }) => [name, example]));

/** The same column by column. */
export const columnsSchema = ({ fields }: InputReader): Schema => ({
  type: 'object',
  required: fields.flatMap(({ name, optional }) => (optional ? [] : [name])),
  properties: Object.fromEntries(
    fields.map(({ name, schema }) => [name, { type: 'array', minItems: 1, items: schema }]),
  ),
});

/** An object that has a field. */
export const objectWith = (name: string, schema: Schema): Schema => ({
  type: 'object',
  required: [name],
  properties: { [name]: schema },
});

const refusals: Readonly<Record<string, string>> = {
  400: 'the body is not what the model takes',
  413: 'the body is too long, or has too many rows',
  503: 'too many requests wait; Retry-After tells when to come back',
};

const operation = (route: Route, problem: Content, service: Service): object => ({
  summary: route.about,
  ...(route.path.includes('{') && {
    parameters: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: name === 'model' ? { enum: [...service.models.keys()] } : { type: 'string' },
    })),
  }),
  ...(route.takes && { requestBody: { required: true, content: route.takes(service) } }),
  responses: {
    200: { description: 'the answer', ...(route.gives && { content: route.gives(service) }) },
    ...(route.predicts &&
      Object.fromEntries(
        Object.entries(refusals).map(([status, description]) => [status, { description, content: problem }]),
      )),
  },
  ...(route.open && { security: [] }),
});

/** The description of a service. */
export function openapi(service: Service): object {
  const paths = new Map<string, Record<string, object>>();
  for (const { routes, problem } of service.protocols)
    for (const route of routes) {
      const own = operation(route, problem, service);
      paths.set(route.path, { ...paths.get(route.path), [route.method.toLowerCase()]: own });
    }
  return {
    openapi: '3.1.0',
    info: { title: `Hillock: ${[...service.models.keys()].join(', ')}`, version },
    paths: Object.fromEntries(paths),
    ...(service.token && {
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    }),
  };
}
