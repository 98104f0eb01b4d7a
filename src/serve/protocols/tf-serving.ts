/** The REST interface of TensorFlow Serving: rows as `instances`, or columns as `inputs`. */
import { jsonOf } from '../body.ts';
import { jsonReply, Refusal, type Reply } from '../exchange.ts';
import type { Row } from '../inputs/kind.ts';
import { columnsSchema, exampleOf, objectWith, rowSchema } from '../openapi.ts';
import type { Results } from '../outputs.ts';
import type { Call, Content, Protocol, Route, Service } from '../route.ts';
import type { ServedModel } from '../served.ts';
import { errorProblem, errorReply } from './error.ts';
import { objectOf, rowsOfColumns, rowsOfList } from './tensors.ts';

function rowsOf({ reader }: ServedModel, body: ReadonlyMap<string, unknown>, limit: number): readonly Row[] {
  const instances = body.get('instances');
  if (instances !== undefined) return rowsOfList(reader, instances, '/instances', limit);
  if (!body.has('inputs')) throw new Refusal(400, "expected 'instances' (rows) or 'inputs' (columns), found neither");
  return rowsOfColumns(reader, body.get('inputs'), '/inputs', limit);
}

const each = ({ writer }: ServedModel, results: Results): string =>
  Array.from({ length: results.rows }, (_, row) => writer.json(results, row)).join(',');

async function predict(call: Call, service: Service): Promise<Reply> {
  const model = service.model(call.params.get('model'));
  const body = objectOf(jsonOf(await service.body(call)));
  const results = await service.predict(model, rowsOf(model, body, service.limits.rows), call);
  return jsonReply(`{"predictions":[${each(model, results)}]}`);
}

function takes(service: Service): Content {
  const models = [...service.models.values()];
  const rows = models.map(rowSchema);
  const columns = models.map(({ reader }) => columnsSchema(reader));
  const schema = {
    oneOf: [
      objectWith('instances', { type: 'array', minItems: 1, items: { anyOf: rows } }),
      objectWith('inputs', { anyOf: columns }),
    ],
  };
  return { 'application/json': { schema, example: { instances: [exampleOf(service.model())] } } };
}

function gives({ models }: Service): Content {
  const items = { anyOf: [...models.values()].map(({ writer }) => writer.schema) };
  return { 'application/json': { schema: objectWith('predictions', { type: 'array', items }) } };
}

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/models/{model}',
    about: 'The state of a model (TensorFlow Serving).',
    handle(call, service) {
      service.model(call.params.get('model'));
      const state = service.ready() ? 'AVAILABLE' : 'UNLOADING';
      const status = { error_code: 'OK', error_message: '' };
      return jsonReply(JSON.stringify({ model_version_status: [{ version: '1', state, status }] }));
    },
  },
  {
    method: 'POST',
    path: '/v1/models/{model}:predict',
    about: 'Predicts rows given as instances, or columns given as inputs (TensorFlow Serving).',
    predicts: true,
    takes,
    gives,
    handle: predict,
  },
];

export const tfServing: Protocol = { name: 'TensorFlow Serving', routes, problem: errorProblem, refuse: errorReply };
