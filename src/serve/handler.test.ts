import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { plainPixels } from '../features/index.ts';
import type { ModelSpec } from '../model/index.ts';
import { targets } from '../model/testing.case.ts';
import { dense, flatten, network } from '../nn/index.ts';
import { createHandler } from './index.ts';
import { get, handlerOf, post, record, servable } from './testing.case.ts';

const { handler, predictor, model } = await handlerOf('multiclass');

/** What answers hold, of one route or another. */
interface Answer {
  readonly prediction: string | number;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly predictions: readonly Pick<Answer, 'prediction' | 'probabilities'>[];
  readonly explanation: {
    readonly contributions: readonly { readonly column: string; readonly contribution: number }[];
  };
  readonly detail: string;
  readonly errors?: readonly object[];
  readonly models: readonly object[];
  readonly paths: Readonly<Record<string, { readonly post: { readonly requestBody: { readonly content: Content } } }>>;
}

type Content = Readonly<
  Record<
    string,
    {
      readonly example: object;
      readonly schema: { readonly anyOf: readonly { readonly properties: Record<string, unknown> }[] };
    }
  >
>;

const json = async (answer: Promise<Response>) => {
  const response = await answer;
  return { status: response.status, body: (await response.json()) as Answer };
};
const refusal = async (body: unknown, path = '/predict', use = handler) => {
  const { status, body: answer } = await json(use(post(path, body)));
  return { status, detail: answer.detail, error: answer.errors?.[0] };
};

describe('/predict', () => {
  test('says of a record what the model says of it', async () => {
    const [truth] = (await predictor.records([{ ...record }])).rows;
    const { status, body } = await json(handler(post('/predict', record)));
    expect(status).toBe(200);
    expect(body.prediction).toBe(truth!.value);
    const shares = Object.values(body.probabilities);
    expect(shares.map(share => share.toFixed(5))).toEqual(truth!.probabilities!.map(share => share.toFixed(5)));
    expect(Object.keys(body.probabilities)).toEqual(['red', 'gre en', '"🙂"']);
  });

  test('of many, in their order, also as lists in the order of the columns', async () => {
    const records = [10, 90, 400, 3000].map(size => ({ ...record, size }));
    const truth = await predictor.records(records);
    const asked = [records, records.map(one => Object.values(one))];
    for (const body of asked) {
      const answer = await json(handler(post('/predict', body)));
      const predictions = answer.body.predictions;
      expect(predictions.map(one => one.prediction)).toEqual(truth.rows.map(row => row.value));
      predictions.forEach((one, i) => {
        Object.values(one.probabilities).forEach((share, k) => {
          expect(share).toBeCloseTo(truth.rows[i]!.probabilities![k]!, 6);
        });
      });
    }
  });

  test('a regression gives a number, two classes the label by the threshold', async () => {
    const regression = await handlerOf('regression');
    const [number] = (await regression.predictor.records([{ ...record }])).rows;
    const { body } = await json(regression.handler(post('/predict', record)));
    expect(body).toEqual({ prediction: expect.closeTo(number!.value as number, 4) });
    const binary = await handlerOf('binary');
    for (const size of [1, 50, 5000]) {
      const [row] = (await binary.predictor.records([{ ...record, size }])).rows;
      const { body: answer } = await json(binary.handler(post('/predict', { ...record, size })));
      expect(answer.prediction).toBe(row!.value);
    }
  });

  test('requests that come together each get their own answer', async () => {
    const sizes = Array.from({ length: 200 }, (_, i) => 1 + i * 7);
    const truth = await predictor.records(sizes.map(size => ({ ...record, size })));
    const answers = await Promise.all(sizes.map(size => json(handler(post('/predict', { ...record, size })))));
    answers.forEach(({ body }, i) => {
      const share = body.probabilities.red;
      expect(share).toBeCloseTo(truth.rows[i]!.probabilities![0]!, 6);
    });
    const text = await (await handler(get('/metrics'))).text();
    const [, ran] = /hillock_batch_rows_count\{model="model"\} (\d+)/.exec(text)!;
    const [, rows] = /hillock_batch_rows_sum\{model="model"\} (\d+)/.exec(text)!;
    expect(Number(rows) / Number(ran)).toBeGreaterThan(5);
  });

  test('what is missing where training saw that is imputed', async () => {
    const [truth] = (await predictor.records([{ ...record, size: null, colour: null }])).rows;
    const { body } = await json(handler(post('/predict', { ...record, size: null, colour: null })));
    expect(body.prediction).toBe(truth!.value);
  });
});

describe('what is wrong is told with its place', () => {
  test('a column that is not there, and the one that may be meant', async () => {
    const { size, ...rest } = record;
    expect(await refusal({ ...rest, Size: size })).toMatchObject({
      status: 400,
      error: { pointer: '/size', found: 'nothing', hint: "there is 'Size': is that it?" },
    });
  });
  test('a word that training never saw, with the words that it did', async () => {
    expect(await refusal([record, { ...record, colour: 'rad' }])).toMatchObject({
      status: 400,
      error: {
        pointer: '/1/colour',
        allowed: expect.arrayContaining(['red', 'Grün', 'dark blue']),
        hint: 'did you mean "red"?',
      },
    });
  });
  test('another type', async () => {
    expect(await refusal({ ...record, size: '12' })).toMatchObject({
      error: { pointer: '/size', found: 'the text "12"' },
    });
    expect(await refusal({ ...record, built: '2015-02-30' })).toMatchObject({ error: { pointer: '/built' } });
    expect(await refusal({ ...record, colour: {} })).toMatchObject({
      error: { pointer: '/colour', found: 'an object' },
    });
    expect(await refusal(7)).toMatchObject({ status: 400, error: { pointer: '', found: '7' } });
    expect(await refusal([[1, 2]])).toMatchObject({ status: 400, error: { pointer: '/0' } });
  });
  test('numbers that are none', async () => {
    expect((await refusal('{"size": NaN}')).detail).toContain('null');
    expect(await refusal(JSON.stringify(record).replace('120.5', '1e999'))).toMatchObject({
      error: { pointer: '/size', found: 'Infinity' },
    });
  });
  test('null where no row of training missed it', async () => {
    const { spec, parameters } = await handlerOf('regression');
    const { input } = spec;
    if (input.kind !== 'table') throw new Error('not a table');
    const columns = input.encoder.columns.map(column => ({ ...column, seen: { ...column.seen!, missing: false } }));
    const strict = await servable(
      { ...spec, input: { kind: 'table', encoder: { ...input.encoder, columns } } },
      parameters,
    );
    const options = [createHandler(strict.model), createHandler(strict.model, { acceptUnknown: true })] as const;
    expect(await refusal({ ...record, size: null }, '/predict', options[0])).toMatchObject({
      error: { pointer: '/size' },
    });
    expect((await refusal({ ...record, size: null }, '/predict', options[1])).status).toBe(200);
  });
  test('bodies that are none', async () => {
    for (const body of ['', '{', '[]', '"', 'null', '[null]']) expect((await refusal(body)).status, body).toBe(400);
    expect((await handler(post('/predict', new Uint8Array([0xff, 0xfe])))).status).toBe(400);
    expect((await handler(post('/predict', 'a=1', { 'content-type': 'text/csv' }))).status).toBe(415);
    const untold = new Request('http://service/predict', { method: 'POST', body: JSON.stringify(record) });
    expect((await handler(untold)).status).toBe(200);
  });
  test('--accept-unknown takes words and columns as they come', async () => {
    const lax = createHandler(model, { acceptUnknown: true });
    const [truth] = (await predictor.records([{ size: 3, colour: 'pink' }])).rows;
    const { body } = await json(lax(post('/predict', { size: 3, colour: 'pink' })));
    expect(body.prediction).toBe(truth!.value);
  });
});

describe('other routes', () => {
  test('health, and readiness while it goes down', async () => {
    const own = createHandler(model);
    for (const path of ['/healthz', '/livez', '/readyz']) expect((await own(get(path))).status).toBe(200);
    await own.drain();
    expect((await own(get('/readyz'))).status).toBe(503);
    expect((await own(get('/livez'))).status).toBe(200);
  });
  test('a token is asked for everywhere but for health', async () => {
    const closed = createHandler(model, { token: 's3cret' });
    expect((await closed(get('/healthz'))).status).toBe(200);
    for (const wrong of ['', 'Bearer s3creT', 'Bearer s3cre', 'Bearer s3crets3cret', 'Basic s3cret'])
      expect((await closed(post('/predict', record, { authorization: wrong }))).status).toBe(401);
    expect((await closed(post('/predict', record, { authorization: 'Bearer s3cret' }))).status).toBe(200);
  });
  test('pages of other origins may ask only where they are allowed', async () => {
    const open = createHandler(model, { cors: ['https://a.example'] });
    const from = (origin: string) => open(post('/predict', record, { origin }));
    expect((await from('https://a.example')).headers.get('access-control-allow-origin')).toBe('https://a.example');
    expect((await from('https://b.example')).headers.get('access-control-allow-origin')).toBeNull();
    const asked = new Request('http://service/predict', {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example' },
    });
    expect((await open(asked)).status).toBe(204);
    expect((await handler(asked)).status).toBe(405);
  });
  test('the file of the model only where it is allowed', async () => {
    expect((await handler(get('/model.onnx'))).status).toBe(403);
    const open = createHandler(model, { allowDownload: true });
    const bytes = new Uint8Array(await (await open(get('/model.onnx'))).arrayBuffer());
    expect(Buffer.compare(bytes, model.toOnnx())).toBe(0);
  });
  test('openapi.json tells words as enums, what training saw, and an example that works', async () => {
    const { body } = await json(handler(get('/openapi.json')));
    const { paths } = body;
    const { schema, example } = paths['/predict']!.post!.requestBody.content['application/json']!;
    const { properties } = schema.anyOf[0]!;
    expect(properties.colour).toEqual({
      anyOf: [{ enum: expect.arrayContaining(['red', 'Grün', 'dark blue']) }, { type: 'null' }],
    });
    expect(properties.count).toMatchObject({ anyOf: [{ type: 'number', description: 'in training 0 … 3' }, {}] });
    expect((await handler(post('/predict', example))).status).toBe(200);
    for (const path of ['/predict', '/readyz', '/metrics', '/models/{model}/predict'])
      expect(paths).toHaveProperty([path]);
  });
  test('openapi.json: the example of every route that predicts works', async () => {
    const { body } = await json(handler(get('/openapi.json')));
    const examples = Object.entries(body.paths).flatMap(([path, { post: route }]): [string, object][] =>
      route ? [[path, route.requestBody.content['application/json']!.example]] : [],
    );
    expect(examples.map(([path]) => path).sort()).toEqual([
      '/invocations',
      '/models/{model}/predict',
      '/predict',
      '/v1/models/{model}:predict',
      '/v2/models/{model}/infer',
    ]);
    for (const [path, example] of examples)
      expect(await json(handler(post(path.replace('{model}', 'model'), example))), path).toMatchObject({ status: 200 });
  });
  test('the page holds nothing from elsewhere and no markup of the model', async () => {
    const named = createHandler({ '<b>"x"': model });
    const response = await named(get('/'));
    const page = await response.text();
    expect(page).toContain('&lt;b&gt;&quot;x&quot;');
    expect(page).not.toContain('<b>');
    expect(page).not.toMatch(/https?:/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await named(get('/try.js'))).headers.get('content-type')).toContain('javascript');
  });
  test('several models by name', async () => {
    const other = await handlerOf('regression');
    const both = createHandler({ first: model, second: other.model });
    expect((await json(both(post('/models/second/predict', record)))).body).toHaveProperty(
      'prediction',
      expect.any(Number),
    );
    expect((await json(both(post('/predict', record)))).body).toHaveProperty('prediction', expect.any(String));
    expect((await json(both(post('/models/secund/predict', record)))).body.detail).toContain('did you mean second?');
    expect((await json(both(get('/models')))).body.models).toHaveLength(2);
  });
  test('an explanation is the difference of predictions with one column as usual', async () => {
    const { spec, handler: own, predictor: use } = await handlerOf('regression');
    const { body } = await json(own(post('/predict?explain=1', record)));
    const { contributions } = body.explanation;
    if (spec.input.kind !== 'table') throw new Error('not a table');
    const { seen } = spec.input.encoder.columns[0]!;
    const rows = (await use.records([record, { ...record, size: (seen as { typical: number }).typical }])).rows;
    const difference = (rows[0]!.value as number) - (rows[1]!.value as number);
    expect(contributions.find(({ column }) => column === 'size')!.contribution).toBeCloseTo(difference, 3);
    expect((await own(post('/predict?explain=1', [record, record]))).status).toBe(400);
  });
  test('another model takes the place of one, a broken one does not', async () => {
    const own = createHandler(model);
    await expect(own.replace('model', { ...model, packed: () => Promise.reject(new Error('broken')) })).rejects.toThrow(
      'broken',
    );
    expect((await json(own(post('/predict', record)))).body).toHaveProperty('prediction', expect.any(String));
    await own.replace('model', (await handlerOf('regression')).model);
    expect((await json(own(post('/predict', record)))).body).toHaveProperty('prediction', expect.any(Number));
  });
  test('a failure inside is told to the log, not to the client', async () => {
    const failures: unknown[] = [];
    const broken = createHandler(
      { ...model, packed: () => Promise.reject(new Error('secret detail')) },
      { failed: error => failures.push(error) },
    );
    const response = await broken(post('/predict', record));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(String(failures[0])).toContain('secret detail');
  });
});

test('the first of several models is the one of /predict, whatever they are called', async () => {
  const numbers = (await handlerOf('regression')).model;
  const own = createHandler(
    new Map([
      ['salary', numbers],
      ['2024', model],
    ]),
  );
  expect((await json(own(post('/predict', record)))).body).toHaveProperty('prediction', expect.any(Number));
});

test('no body makes it fail inside', async () => {
  const failures: unknown[] = [];
  const own = createHandler(model, { failed: error => failures.push(error) });
  const cell = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('__proto__', 'constructor', 'red', 'Grün', '2020-01-01'),
    fc.double(),
  );
  const keys = fc.constantFrom(
    'size',
    'count',
    'colour',
    'built',
    '__proto__',
    'constructor',
    'toString',
    'length',
    '0',
  );
  const body = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(keys, cell),
    fc.array(fc.oneof(fc.dictionary(keys, cell), fc.array(cell, { maxLength: 5 })), { maxLength: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        body.map(value => JSON.stringify(value) ?? ''),
        fc.string(),
      ),
      async text => {
        const { status } = await own(post('/predict', text));
        expect([200, 400]).toContain(status);
      },
    ),
    { numRuns: 2000 },
  );
  expect(failures).toEqual([]);
  expect(({} as Record<string, unknown>).size).toBeUndefined();
});

test('images as lists, as raw bytes and as pictures', async () => {
  const target = targets.multiclass;
  const layers = [flatten(), dense(3)];
  const input = { kind: 'images', ...plainPixels([2, 2, 1]) } as const;
  const spec: ModelSpec = { ...model.spec, input, network: network(layers), target };
  const weights = {
    dtype: 'float32',
    shape: [4, 3],
    data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1),
  } as const;
  const bias = { dtype: 'float32', shape: [3], data: new Float32Array(3) } as const;
  const parameters = new Map(Object.entries({ 'dense1.weight': weights, 'dense1.bias': bias }));
  const own = createHandler((await servable(spec, parameters)).model);
  const says = async (body: unknown, type = 'application/json') =>
    json(own(post('/predict', body, { 'content-type': type })));
  const green = [0, 255, 0, 0];
  for (const body of [{ image: green }, { image: [green.slice(0, 2), green.slice(2)] }])
    expect((await says(body)).body.prediction).toBe('gre en');
  for (const body of [[green], Uint8Array.from(green)]) {
    const { body: answer } = await says(body, Array.isArray(body) ? undefined : 'application/octet-stream');
    expect(answer.predictions).toEqual([expect.objectContaining({ prediction: 'gre en' })]);
  }
  const picture = await sharp(Uint8Array.from(green), { raw: { width: 2, height: 2, channels: 1 } })
    .png()
    .toBuffer();
  expect((await says(new Uint8Array(picture), 'image/png')).body.prediction).toBe('gre en');
  for (const [body, type] of [
    [{ image: [1, 2, 3] }, 'application/json'],
    [{ image: [0, 256, 0, 0] }, 'application/json'],
    [Uint8Array.of(1, 2, 3), 'application/octet-stream'],
    [picture.subarray(0, 30), 'image/png'],
  ] as const)
    expect((await says(body, type)).status).toBe(400);
});
