/** Requests as the documents of the other protocols write them, and what their clients look for in the answers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHandler } from '../index.ts';
import { get, handlerOf, post, record } from '../testing.case.ts';

const { handler, predictor, model } = await handlerOf('multiclass');
const regression = await handlerOf('regression');
const numbers = createHandler({ numbers: regression.model });
const records = [record, { ...record, size: 4000, colour: 'red' }];
const truth = (await predictor.records(records)).rows;
const labels = truth.map(({ value }) => value);

type Answer = Readonly<Record<string, unknown>>;
const json = async (answer: Promise<Response>): Promise<readonly [number, Answer]> => {
  const response = await answer;
  return [response.status, (await response.json()) as Answer];
};
const columns = { size: 'FP32', count: 'INT64', colour: 'BYTES', built: 'BYTES' } as const;
const tensor = (name: keyof typeof columns, rows: readonly (typeof record)[], shape = [rows.length, 1]) => ({
  name,
  shape,
  datatype: columns[name],
  data: rows.map(row => row[name]),
});
const tensors = (rows = records) => (Object.keys(columns) as (keyof typeof columns)[]).map(name => tensor(name, rows));

describe('Open Inference Protocol', () => {
  const infer = (body: unknown, path = '/v2/models/model/infer') => json(handler(post(path, body)));

  test('infer: labels and probabilities as tensors, with the id', async () => {
    const [status, answer] = await infer({ id: 'a1', inputs: tensors() });
    expect(status).toBe(200);
    expect(answer).toEqual({
      model_name: 'model',
      id: 'a1',
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [2], data: labels },
        {
          name: 'probabilities',
          datatype: 'FP32',
          shape: [2, 3],
          data: truth.flatMap(row => row.probabilities!.map(share => expect.closeTo(share, 6))),
        },
      ],
    });
  });
  test('nested data, and only the outputs that are asked for', async () => {
    const nested = tensors().map(one => ({ ...one, data: one.data.map(value => [value]) }));
    const [, answer] = await infer({ inputs: nested, outputs: [{ name: 'label' }] });
    expect(answer.outputs).toEqual([{ name: 'label', datatype: 'BYTES', shape: [2], data: labels }]);
  });
  test('metadata: what infer takes and gives', async () => {
    const [, answer] = await json(handler(get('/v2/models/model')));
    expect(answer).toEqual({
      name: 'model',
      platform: 'onnx_onnxv1',
      inputs: [
        { name: 'size', datatype: 'FP32', shape: [-1, 1] },
        { name: 'count', datatype: 'FP32', shape: [-1, 1] },
        { name: 'colour', datatype: 'BYTES', shape: [-1, 1] },
        { name: 'built', datatype: 'BYTES', shape: [-1, 1] },
      ],
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 3] },
      ],
    });
    expect(await json(handler(get('/v2')))).toEqual([
      200,
      { name: 'hillock', version: expect.any(String), extensions: [] },
    ]);
  });
  test('health', async () => {
    const own = createHandler(model);
    expect(await json(own(get('/v2/models/model/ready')))).toEqual([200, { name: 'model', ready: true }]);
    for (const path of ['live', 'ready']) expect((await own(get(`/v2/health/${path}`))).status).toBe(200);
    await own.drain();
    expect((await own(get('/v2/health/ready'))).status).toBe(503);
    expect((await own(get('/v2/health/live'))).status).toBe(200);
  });
  test.each([
    ['/v2/models/other/infer', { inputs: tensors() }, 404, /no model other/],
    ['/v2/models/model/infer', { inputs: tensors().slice(1) }, 400, /'size'/],
    ['/v2/models/model/infer', { inputs: [tensor('size', records, [3, 1])] }, 400, /3 values/],
    ['/v2/models/model/infer', { inputs: [{ ...tensor('size', records), datatype: 'FP12' }] }, 400, /FP12/],
    ['/v2/models/model/infer', { inputs: tensors(), outputs: [{ name: 'x' }] }, 400, /label, probabilities/],
    ['/v2/models/model/infer', {}, 400, /inputs/],
  ])('%s refuses with {error} (%#)', async (path, body, status, message) => {
    expect(await infer(body, path)).toEqual([status, { error: expect.stringMatching(message) }]);
  });
});

describe('TensorFlow Serving', () => {
  const predict = (body: unknown, use = handler, name = 'model') => json(use(post(`/v1/models/${name}:predict`, body)));

  test('rows as instances, columns as inputs', async () => {
    const [status, answer] = await predict({ instances: records });
    expect(status).toBe(200);
    expect((answer.predictions as Answer[]).map(({ prediction }) => prediction)).toEqual(labels);
    const inputs = Object.fromEntries(tensors().map(({ name, data }) => [name, data]));
    expect(await predict({ signature_name: 'serving_default', inputs })).toEqual([200, answer]);
  });
  test('state and errors', async () => {
    const [, state] = await json(handler(get('/v1/models/model')));
    expect(state.model_version_status).toMatchObject([{ state: 'AVAILABLE', status: { error_code: 'OK' } }]);
    expect(await predict({})).toEqual([400, { error: expect.stringContaining('instances') }]);
    expect((await predict({ instances: records }, numbers, 'other'))[0]).toBe(404);
  });
});

describe('MLflow', () => {
  const split = { columns: Object.keys(record), data: records.map(row => Object.values(row)) };
  const invoke = (body: unknown, type = 'application/json', use = handler) =>
    json(use(post('/invocations', body, { 'content-type': type })));

  test.each([
    ['dataframe_split', { dataframe_split: split }],
    ['dataframe_records', { dataframe_records: records }],
    ['instances', { instances: records }],
    ['inputs', { inputs: Object.fromEntries(tensors().map(({ name, data }) => [name, data])) }],
  ])('%s', async (_, body) => {
    expect(await invoke(body)).toEqual([200, { predictions: labels }]);
  });
  test('CSV; a cell that is no number is told', async () => {
    const csv = (rows: readonly (readonly unknown[])[]) =>
      [split.columns, ...rows].map(row => row.join(',')).join('\n');
    expect(await invoke(csv(split.data), 'text/csv; charset=utf-8')).toEqual([200, { predictions: labels }]);
    const [status, answer] = await invoke(csv([['abc', ...split.data[0]!.slice(1)]]), 'text/csv');
    expect([status, answer.error]).toEqual([400, expect.stringMatching(/\/0\/size.*"abc"/)]);
    const missing = (await predictor.records([{ ...record, size: null }])).rows[0]!.value;
    expect(await invoke(csv([['', ...split.data[0]!.slice(1)]]), 'text/csv')).toEqual([
      200,
      { predictions: [missing] },
    ]);
  });
  test('numbers, health and errors', async () => {
    const [, { predictions }] = await invoke({ instances: [record] }, 'application/json', numbers);
    const [row] = (await regression.predictor.records([record])).rows;
    expect(predictions).toEqual([expect.closeTo(row!.value as number, 3)]);
    for (const path of ['/ping', '/health', '/version']) expect((await handler(get(path))).status).toBe(200);
    expect(await invoke({ dataframe_split: { ...split, data: [[1]] } })).toEqual([400, { error: expect.any(String) }]);
    expect(await invoke({})).toEqual([400, { error: expect.stringContaining('dataframe_split') }]);
  });
});

test('no body makes them fail inside', async () => {
  const failures: unknown[] = [];
  const own = createHandler(model, { failed: error => failures.push(error) });
  const paths = ['/v2/models/model/infer', '/v1/models/model:predict', '/invocations'];
  const key = fc.constantFrom(
    'inputs',
    'instances',
    'dataframe_split',
    'columns',
    'data',
    'shape',
    'datatype',
    'name',
    'size',
    '__proto__',
  );
  const leaf = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('size', 'FP32', 'BYTES', 1, 2));
  const { body } = fc.letrec(tie => ({
    body: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('body'), { maxLength: 3 }),
      fc.dictionary(key, tie('body'), { maxKeys: 4 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.dictionary(key, body), async (path, value) => {
      expect([200, 400]).toContain((await own(post(path, value))).status);
    }),
    { numRuns: 2000 },
  );
  await fc.assert(
    fc.asyncProperty(fc.string(), async text => {
      expect([200, 400]).toContain((await own(post('/invocations', text, { 'content-type': 'text/csv' }))).status);
    }),
    { numRuns: 200 },
  );
  expect(failures).toEqual([]);
});
