/** Hillock's own routes; errors are problem details (RFC 9457). */
import { isJson, jsonOf, mediaType } from '../body.ts';
import { jsonReply, Refusal, type Reply, textReply } from '../exchange.ts';
import { explanation } from '../explain.ts';
import { exampleOf, openapi, rowSchema } from '../openapi.ts';
import { page, script, style } from '../page.ts';
import type { Call, Content, Protocol, Route, Service } from '../route.ts';
import type { ServedModel } from '../served.ts';
import { problem, problemReply } from './problem.ts';

const isExplained = ({ query }: Call): boolean => /^(1|true)$/.test(query.get('explain') ?? '');

/** The rows of a body, and whether it was one record. */
async function rowsOf(model: ServedModel, call: Call, service: Service) {
  const type = mediaType(call.exchange);
  const { reader } = model;
  const binary = reader.bodies.find(({ types }) => types.includes(type));
  if (!binary && !isJson(type)) {
    const types = ['application/json', ...reader.bodies.flatMap(body => body.types)];
    throw new Refusal(415, `expected a body of ${types.join(', ')}, found ${type}`);
  }
  const bytes = await service.body(call);
  if (binary) {
    const rows = await binary.read(bytes);
    return { rows, single: rows.length === 1 && !type.endsWith('octet-stream') };
  }
  const scanned = isExplained(call) ? undefined : reader.scan?.(bytes);
  if (scanned) return { rows: scanned, single: false };
  const json = jsonOf(bytes);
  if (!Array.isArray(json)) return { rows: [reader.read(json, '')], single: true };
  if (json.length === 0) throw new Refusal(400, 'expected a record or a list of records, found an empty list');
  if (json.length > service.limits.rows) throw tooMany(json.length, service);
  return { rows: json.map((one, i) => reader.read(one, `/${i}`)), single: false };
}

const tooMany = (rows: number, { limits }: Service): Refusal =>
  new Refusal(413, `at most ${limits.rows} rows a request, found ${rows}`);

async function predict(model: ServedModel, call: Call, service: Service): Promise<Reply> {
  const { rows, single } = await rowsOf(model, call, service);
  if (isExplained(call)) {
    if (rows.length !== 1) throw new Refusal(400, `?explain=1 is for one row, found ${rows.length}`);
    return jsonReply(await explanation(model, rows[0]!, call, service));
  }
  const results = await service.predict(model, rows, call);
  if (single) return jsonReply(model.writer.json(results, 0));
  let text = '{"predictions":[';
  for (let row = 0; row < results.rows; row++) text += (row === 0 ? '' : ',') + model.writer.json(results, row);
  return jsonReply(`${text}]}`);
}

const one = (models: readonly ServedModel[], schemaOf: (model: ServedModel) => object): object =>
  models.length === 1 ? schemaOf(models[0]!) : { anyOf: models.map(schemaOf) };

function takes(models: readonly ServedModel[]): Content {
  const record = one(models, rowSchema);
  const binary = models.flatMap(({ reader }) => reader.bodies);
  return {
    'application/json': {
      schema: { anyOf: [record, { type: 'array', items: record, minItems: 1 }] },
      example: exampleOf(models[0]!),
    },
    ...Object.fromEntries(
      binary.flatMap(({ types, about }) => types.map(type => [type, { schema: { description: about } }])),
    ),
  };
}

function gives(models: readonly ServedModel[]): Content {
  const answer = one(models, ({ writer }) => writer.schema);
  const many = {
    type: 'object',
    required: ['predictions'],
    properties: { predictions: { type: 'array', items: answer } },
  };
  return { 'application/json': { schema: { anyOf: [answer, many] } } };
}

const all = ({ models }: Service): readonly ServedModel[] => [...models.values()];
const state = (good: boolean, text: string): Reply =>
  textReply(`${text}\n`, 'text/plain; charset=utf-8', good ? 200 : 503);

const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/predict',
    about: 'Predicts one record or a list of them with the first model; ?explain=1 adds what the columns contribute.',
    predicts: true,
    takes: service => takes([service.model()]),
    gives: service => gives([service.model()]),
    handle: (call, service) => predict(service.model(), call, service),
  },
  {
    method: 'POST',
    path: '/models/{model}/predict',
    about: 'The same with a model by name.',
    predicts: true,
    takes: service => takes(all(service)),
    gives: service => gives(all(service)),
    handle: (call, service) => predict(service.model(call.params.get('model')), call, service),
  },
  {
    method: 'GET',
    path: '/models',
    about: 'The models that are served, the first of them the one of /predict.',
    handle: (_, service) =>
      jsonReply(
        JSON.stringify({
          models: all(service).map(({ name, model: { spec, report } }) => ({
            name,
            task: spec.target.task,
            target: spec.target.name,
            created: spec.created,
            hillock: spec.hillock,
            metrics: report?.metrics.test ?? null,
          })),
        }),
      ),
  },
  { method: 'GET', path: '/healthz', about: 'The service runs.', open: true, handle: () => state(true, 'ok') },
  { method: 'GET', path: '/livez', about: 'The service runs.', open: true, handle: () => state(true, 'ok') },
  {
    method: 'GET',
    path: '/readyz',
    about: 'The service takes requests; 503 while it goes down.',
    open: true,
    handle: (_, service) => (service.ready() ? state(true, 'ready') : state(false, 'going down')),
  },
  {
    method: 'GET',
    path: '/metrics',
    about: 'Counts and times in the text format of Prometheus.',
    handle: (_, service) => textReply(service.metrics(), 'text/plain; version=0.0.4; charset=utf-8'),
  },
  {
    method: 'GET',
    path: '/openapi.json',
    about: 'This description (OpenAPI 3.1).',
    handle: (_, service) => jsonReply(JSON.stringify(openapi(service))),
  },
  {
    method: 'GET',
    path: '/model.onnx',
    about: 'The first model as a file, where the service allows it.',
    handle(_, service) {
      if (!service.allowDownload) throw new Refusal(403, 'downloads are off: start the service with --allow-download');
      const body = new Uint8Array(service.model().model.toOnnx());
      return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body };
    },
  },
  {
    method: 'GET',
    path: '/',
    about: 'A page to try the first model; of a token a browser asks as of a password.',
    challenge: 'Basic realm="the token of this service, as password"',
    handle: (_, service) => ({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', ...pageHeaders },
      body: page(service.model()),
    }),
  },
  {
    method: 'GET',
    path: '/try.js',
    about: 'The script of the page.',
    handle: () => textReply(script, 'text/javascript; charset=utf-8'),
  },
  {
    method: 'GET',
    path: '/try.css',
    about: 'The style of the page.',
    handle: () => textReply(style, 'text/css; charset=utf-8'),
  },
];

export const own: Protocol = {
  name: 'Hillock',
  routes,
  problem,
  refuse: problemReply,
};
