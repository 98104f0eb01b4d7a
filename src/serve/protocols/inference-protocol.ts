/** Open Inference Protocol v2 (KServe, Triton, Seldon, OpenVINO): one tensor a column. */

import { sizeOf, type Tensor } from '../../graph/index.ts';
import { version } from '../../version.ts';
import { jsonOf } from '../body.ts';
import { below, jsonReply, Refusal, type Reply, shown, wrong } from '../exchange.ts';
import type { Schema } from '../inputs/kind.ts';
import type { Results } from '../outputs.ts';
import type { Call, Content, Protocol, Route, Service } from '../route.ts';
import type { ServedModel } from '../served.ts';
import { errorProblem, errorReply } from './error.ts';
import { flat, type NamedValues, objectOf, rowsOfTensors } from './tensors.ts';

const datatypes: Readonly<Partial<Record<Tensor['dtype'], string>>> = {
  float32: 'FP32',
  float64: 'FP64',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  bool: 'BOOL',
  string: 'BYTES',
};
const known = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
];

const metadata = (tensors: readonly { name: string; dtype: Tensor['dtype']; shape: readonly number[] }[]) =>
  tensors.map(({ name, dtype, shape }) => ({ name, datatype: datatypes[dtype], shape: [-1, ...shape] }));

function tensorOf(value: unknown, pointer: string): NamedValues {
  if (typeof value !== 'object' || value === null) throw wrong(pointer, 'an object', shown(value));
  const { name, shape, datatype, data } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string') throw wrong(below(pointer, 'name'), 'a text', shown(name));
  if (!known.includes(datatype as string))
    throw wrong(below(pointer, 'datatype'), `one of ${known.join(', ')}`, shown(datatype));
  if (!Array.isArray(shape) || shape.length === 0 || !shape.every(size => Number.isSafeInteger(size) && size >= 0))
    throw wrong(below(pointer, 'shape'), 'a list of sizes', shown(shape));
  const values = flat(data, below(pointer, 'data')).data;
  const size = sizeOf(shape as number[]);
  if (values.length !== size)
    throw wrong(below(pointer, 'data'), `${size} values, as its shape says`, `${values.length}`);
  return { name, rows: shape[0] as number, data: values, pointer };
}

/** The outputs a request asks for; all without a list. */
function wanted(model: ServedModel, outputs: unknown): ReadonlySet<string> {
  const names = model.writer.tensors.map(({ name }) => name);
  if (outputs === undefined) return new Set(names);
  if (!Array.isArray(outputs)) throw wrong('/outputs', 'a list', shown(outputs));
  return new Set(
    outputs.map((one: unknown, i) => {
      const name = (one as { readonly name?: unknown } | null)?.name;
      if (names.includes(name as string)) return name as string;
      throw wrong(`/outputs/${i}/name`, `one of ${names.join(', ')}`, shown(name));
    }),
  );
}

function tensorsOut({ writer }: ServedModel, results: Results, names: ReadonlySet<string>): readonly object[] {
  const numbers = writer.tensors.filter(({ dtype }) => dtype !== 'string');
  return writer.tensors
    .filter(({ name }) => names.has(name))
    .map(tensor => {
      const { name, dtype, shape } = tensor;
      const own = dtype === 'string' ? results.labels! : results.numbers[numbers.indexOf(tensor)]!;
      return { name, datatype: datatypes[dtype], shape: [results.rows, ...shape], data: Array.from<unknown>(own) };
    });
}

async function infer(call: Call, service: Service): Promise<Reply> {
  const model = service.model(call.params.get('model'));
  if (call.exchange.header('inference-header-content-length') !== null)
    throw new Refusal(400, 'the binary tensor extension is not spoken here: send the data as JSON');
  const body = objectOf(jsonOf(await service.body(call)));
  const inputs = body.get('inputs');
  if (!Array.isArray(inputs)) throw wrong('/inputs', 'a list of tensors', shown(inputs));
  const names = wanted(model, body.get('outputs'));
  const given = inputs.map((one: unknown, i) => tensorOf(one, `/inputs/${i}`));
  const results = await service.predict(model, rowsOfTensors(model.reader, given, service.limits.rows), call);
  const id = body.get('id');
  return jsonReply(
    JSON.stringify({
      model_name: model.name,
      ...(typeof id === 'string' && { id }),
      outputs: tensorsOut(model, results, names),
    }),
  );
}

const tensorSchema = (names: readonly string[]): Schema => ({
  type: 'object',
  required: ['name', 'shape', 'datatype', 'data'],
  properties: {
    name: { enum: names },
    shape: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0 } },
    datatype: { enum: known },
    data: { type: 'array' },
  },
});

const tensorsSchema = (name: 'inputs' | 'outputs', names: readonly string[], more: object = {}): Schema => ({
  type: 'object',
  required: [name],
  properties: { id: { type: 'string' }, [name]: { type: 'array', minItems: 1, items: tensorSchema(names) }, ...more },
});

function takes(service: Service): Content {
  const all = [...service.models.values()];
  const asked = all.flatMap(({ writer }) => writer.tensors.map(({ name }) => name));
  const outputs = {
    type: 'array',
    description: 'those that are wanted; all without it',
    items: { type: 'object', required: ['name'], properties: { name: { enum: [...new Set(asked)] } } },
  };
  const inputs = new Set(all.flatMap(({ reader }) => reader.tensors.map(({ name }) => name)));
  const { reader } = service.model();
  const example = reader.tensors.map(({ name, dtype, shape }, i) => ({
    name,
    datatype: datatypes[dtype],
    shape: [1, ...shape],
    data: [reader.fields[i]!.example].flat(),
  }));
  return {
    'application/json': { schema: tensorsSchema('inputs', [...inputs], { outputs }), example: { inputs: example } },
  };
}

function gives({ models }: Service): Content {
  const names = [...models.values()].flatMap(({ writer }) => writer.tensors.map(({ name }) => name));
  const model_name = { type: 'string' };
  return { 'application/json': { schema: tensorsSchema('outputs', [...new Set(names)], { model_name }) } };
}

const state = (good: boolean, fields: object): Reply => jsonReply(JSON.stringify(fields), good ? 200 : 503);

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2',
    about: 'The server (Open Inference Protocol).',
    handle: () => jsonReply(JSON.stringify({ name: 'hillock', version, extensions: [] })),
  },
  {
    method: 'GET',
    path: '/v2/health/live',
    about: 'The service runs (Open Inference Protocol).',
    open: true,
    handle: () => state(true, { live: true }),
  },
  {
    method: 'GET',
    path: '/v2/health/ready',
    about: 'The service takes requests (Open Inference Protocol).',
    open: true,
    handle: (_, service) => state(service.ready(), { ready: service.ready() }),
  },
  {
    method: 'GET',
    path: '/v2/models/{model}',
    about: 'The inputs and outputs of a model (Open Inference Protocol).',
    handle(call, service) {
      const { name, reader, writer } = service.model(call.params.get('model'));
      const inputs = metadata(reader.tensors);
      return jsonReply(JSON.stringify({ name, platform: 'onnx_onnxv1', inputs, outputs: metadata(writer.tensors) }));
    },
  },
  {
    method: 'GET',
    path: '/v2/models/{model}/ready',
    about: 'A model takes requests (Open Inference Protocol).',
    handle(call, service) {
      const { name } = service.model(call.params.get('model'));
      return state(service.ready(), { name, ready: service.ready() });
    },
  },
  {
    method: 'POST',
    path: '/v2/models/{model}/infer',
    about: 'Predicts rows given as one tensor a column (Open Inference Protocol).',
    predicts: true,
    takes,
    gives,
    handle: infer,
  },
];

export const inferenceProtocol: Protocol = {
  name: 'Open Inference Protocol',
  routes,
  problem: errorProblem,
  refuse: errorReply,
};
