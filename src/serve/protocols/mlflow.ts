/** The scoring interface of MLflow: a data frame by columns and rows, by records, as instances, or as CSV. */
import { decodeTable } from '../../data/decode.ts';
import type { ColumnType } from '../../data/infer.ts';
import { type Decimal, parseNumber } from '../../data/numbers.ts';
import { type Column, cellValue } from '../../data/table.ts';
import { HillockError } from '../../errors.ts';
import { version } from '../../version.ts';
import { isJson, jsonOf, mediaType } from '../body.ts';
import { jsonReply, Refusal, type Reply, shown, textReply, wrong } from '../exchange.ts';
import type { Row } from '../inputs/kind.ts';
import { columnsSchema, exampleOf, objectWith, rowSchema } from '../openapi.ts';
import type { Call, Content, Protocol, Route, Service } from '../route.ts';
import type { ServedModel } from '../served.ts';
import { errorProblem, errorReply } from './error.ts';
import { objectOf, rowsOfColumns, rowsOfList } from './tensors.ts';

type Split = { readonly columns?: unknown; readonly data?: unknown } | null;

/** Records of a frame whose rows are lists. */
function split(value: unknown): readonly object[] {
  const { columns, data } = (value as Split) ?? {};
  if (!Array.isArray(columns)) throw wrong('/dataframe_split/columns', 'a list of names', shown(columns));
  if (!Array.isArray(data)) throw wrong('/dataframe_split/data', 'a list of rows', shown(data));
  return data.map((row: unknown, i) => {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw wrong(`/dataframe_split/data/${i}`, `a list of ${columns.length} values`, shown(row));
    return Object.fromEntries(columns.map((name, k): [string, unknown] => [String(name), row[k]]));
  });
}

function rowsOfJson({ reader }: ServedModel, body: ReadonlyMap<string, unknown>, limit: number): readonly Row[] {
  if (body.has('dataframe_split'))
    return rowsOfList(reader, split(body.get('dataframe_split')), '/dataframe_split/data', limit);
  const inputs = body.get('inputs');
  if (inputs !== undefined && !Array.isArray(inputs)) return rowsOfColumns(reader, inputs, '/inputs', limit);
  const name = ['dataframe_records', 'instances', 'inputs'].find(one => body.has(one));
  if (name !== undefined) return rowsOfList(reader, body.get(name), `/${name}`, limit);
  throw new Refusal(400, 'expected dataframe_split, dataframe_records, instances or inputs, found none of them');
}

/** Cells of CSV as JSON would write them: numbers where the model wants numbers, null where there is nothing. */
async function rowsOfCsv({ reader, model }: ServedModel, bytes: Uint8Array, limit: number): Promise<readonly Row[]> {
  const { input } = model.spec;
  if (input.kind !== 'table') throw new Refusal(415, 'CSV is for models of tables');
  const texts = new Map<string, ColumnType>(input.encoder.columns.map(({ name }) => [name, { type: 'text' }]));
  const table = await decodeTable(bytes, 'body.csv', { types: texts }).catch((error: unknown) => {
    throw error instanceof HillockError ? new Refusal(400, error.message) : error;
  });
  const numbers = new Map<string, Decimal>(
    input.encoder.columns.flatMap(({ name, type, decimal }) => (type === 'number' ? [[name, decimal ?? '.']] : [])),
  );
  const cell = (column: Column, row: number): unknown => {
    const text = cellValue(column, row);
    const decimal = numbers.get(column.name);
    if (text === null || decimal === undefined) return text;
    return parseNumber(String(text), decimal) ?? text;
  };
  const rows = Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map(column => [column.name, cell(column, row)])),
  );
  return rowsOfList(reader, rows, '', limit);
}

async function invocations(call: Call, service: Service): Promise<Reply> {
  const model = service.model();
  const type = mediaType(call.exchange);
  const csv = type === 'text/csv';
  if (!csv && !isJson(type)) throw new Refusal(415, `expected a body of application/json or text/csv, found ${type}`);
  const bytes = await service.body(call);
  const limit = service.limits.rows;
  const rows = csv ? await rowsOfCsv(model, bytes, limit) : rowsOfJson(model, objectOf(jsonOf(bytes)), limit);
  const results = await service.predict(model, rows, call);
  const answers = Array.from({ length: results.rows }, (_, row) => model.writer.value(results, row));
  return jsonReply(`{"predictions":[${answers.join(',')}]}`);
}

function takes(service: Service): Content {
  const model = service.model();
  const rows = { type: 'array', minItems: 1, items: rowSchema(model) };
  const names = model.reader.fields.map(({ name }) => name);
  const frame = {
    type: 'object',
    required: ['columns', 'data'],
    properties: {
      columns: { type: 'array', items: { enum: names } },
      data: { type: 'array', minItems: 1, items: { type: 'array', minItems: names.length, maxItems: names.length } },
    },
  };
  const example = exampleOf(model);
  return {
    'application/json': {
      schema: {
        oneOf: [
          objectWith('dataframe_split', frame),
          objectWith('dataframe_records', rows),
          objectWith('instances', rows),
          objectWith('inputs', { anyOf: [rows, columnsSchema(model.reader)] }),
        ],
      },
      example: { dataframe_split: { columns: names, data: [Object.values(example)] } },
    },
    ...(model.model.spec.input.kind === 'table' && {
      'text/csv': { schema: { type: 'string', description: 'a header with the names of the columns, then rows' } },
    }),
  };
}

const gives = (): Content => ({
  'application/json': { schema: objectWith('predictions', { type: 'array' }) },
});

const routes: readonly Route[] = [
  { method: 'GET', path: '/ping', about: 'The service runs (MLflow).', open: true, handle: () => textReply('\n') },
  { method: 'GET', path: '/health', about: 'The service runs (MLflow).', open: true, handle: () => textReply('\n') },
  { method: 'GET', path: '/version', about: 'The version of Hillock (MLflow).', handle: () => textReply(version) },
  {
    method: 'POST',
    path: '/invocations',
    about: 'Predicts a data frame by split, by records, as instances or as CSV (MLflow).',
    predicts: true,
    takes,
    gives,
    handle: invocations,
  },
];

export const mlflow: Protocol = { name: 'MLflow', routes, problem: errorProblem, refuse: errorReply };
