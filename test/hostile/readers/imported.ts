import fc from 'fast-check';
import { HillockError } from '../../../src/errors.ts';
import { encodeArtifact } from '../../../src/model/artifact.ts';
import { jsonFormat } from '../../../src/model/export/json.ts';
import {
  described,
  foreignModel,
  halves,
  type NodeLine,
  tensor,
  whole,
  word,
  words,
} from '../../../src/model/import/foreign.case.ts';
import { type Imported, importModel } from '../../../src/model/import/index.ts';
import { readProgram } from '../../../src/model/import/onnx.ts';
import { untrained } from '../../../src/model/testing.case.ts';
import {
  batchNorm,
  conv1d,
  convTranspose1d,
  dense,
  embedding,
  flatten,
  gru,
  type LayerSpec,
  layerNorm,
  lstm,
  reshape,
  rnn,
} from '../../../src/nn/index.ts';
import type { ForeignProgram } from '../../../src/onnx/index.ts';
import type { Fields } from '../../../src/onnx/wire.ts';
import { differs, first, reader } from '../reader.ts';

const own = (['binary', 'regression'] as const).map(task => untrained(task));

const written = own.map(({ spec, parameters }) => {
  const file = encodeArtifact(spec, parameters);
  const [json] = jsonFormat.write({ spec, parameters, report: null, file });
  return { file, json: Buffer.from(json!.data), parameters };
});

interface Written {
  readonly parameters: Readonly<Record<string, { readonly data: readonly number[] }>>;
}

export const importedJson = reader<Imported>({
  name: 'import-json',
  file: 'model.json',
  read: async (file, bytes) => importModel({ source: file, bytes }),
  valid: fc.constantFrom(...written).map(({ json, parameters }) => ({
    bytes: new Uint8Array(json),
    judge: found => differs('parameters', [...found.parameters.keys()], [...parameters.keys()]),
  })),
  judge(bytes, { parameters }) {
    const { parameters: arrays } = JSON.parse(new TextDecoder().decode(bytes)) as Written;
    return first(
      ...[...parameters].map(([name, { data }]) =>
        differs(name, Array.from(data as Float32Array), Array.from(Float32Array.from(arrays[name]!.data))),
      ),
    );
  },
  words: ['{', '}', '[', ']', ',', '-1', '1e999', '1e39', 'null', '"shape":[', '"__proto__":{}', '"units":9', '9'],
});

/** Networks that nodes of other programs are read as: their nodes, tensors and description. */
const foreign = [
  {
    nodes: [
      ['MatMul', ['x', 'w'], 'm'],
      ['Add', ['m', 'b'], 'a'],
      ['Cast', ['half mean'], 'mean', whole('to', 1)],
      ['BatchNormalization', ['a', 'b', 'b', 'mean', 'b'], 'n'],
      ['LayerNormalization', ['n', 'b'], 'l'],
      ['Gemm', ['l', 'last', 'end'], 'y'],
    ],
    tensors: [tensor('w', [2, 2]), tensor('b', [2]), halves('half mean', [0x3c00, 0xc000]), tensor('last', [2, 1])],
    layers: [dense(2), batchNorm(), layerNorm(), dense(1)],
  },
  {
    nodes: [
      ['GRU', ['x', 'w3', 'r3', 'b3'], 'g', whole('linear_before_reset', 1)],
      ['LSTM', ['g', 'w4', 'r4', 'b4'], 'l', word('direction', 'bidirectional')],
      ['RNN', ['l', 'w1', 'r1'], 'r', words('activations', ['Relu'])],
      ['Gemm', ['r', 'last', 'end'], 'y'],
    ],
    tensors: [
      ...[tensor('w3', [1, 3, 1]), tensor('r3', [1, 3, 1]), tensor('b3', [1, 6])],
      ...[tensor('w4', [2, 4, 1]), tensor('r4', [2, 4, 1]), tensor('b4', [2, 8])],
      ...[tensor('w1', [1, 1, 2]), tensor('r1', [1, 1, 1]), tensor('last', [1, 1])],
    ],
    layers: [
      reshape([2, 1]),
      gru(1, { returnSequences: true }),
      lstm(1, { returnSequences: true, bidirectional: true }),
      rnn(1, { activation: 'relu' }),
      dense(1),
    ],
  },
  {
    nodes: [
      ['Conv', ['x', 'kernels', 'b'], 'c'],
      ['ConvTranspose', ['c', 'back'], 't'],
      ['Add', ['t', 'end'], 'a'],
      ['Transpose', ['turned'], 'last'],
      ['Gemm', ['a', 'last', 'end'], 'y'],
    ],
    tensors: [tensor('kernels', [2, 1, 1]), tensor('b', [2]), tensor('back', [2, 1, 1]), tensor('turned', [1, 2])],
    layers: [reshape([1, 2]), conv1d(2, 1), convTranspose1d(1, 1), flatten(), dense(1)],
  },
  {
    nodes: [
      ['Gather', ['table', 'x'], 'e'],
      ['Div', ['e', 'e'], 'd'],
      ['Mul', ['d', 'b'], 'm'],
      ['Add', ['m', 'b'], 'n'],
      ['Gemm', ['n', 'last', 'end'], 'y', whole('transB', 1)],
    ],
    tensors: [tensor('table', [3, 2]), tensor('b', [2]), tensor('last', [1, 4])],
    layers: [embedding(3, 2), layerNorm(), flatten(), dense(1)],
  },
] as readonly {
  readonly nodes: readonly NodeLine[];
  readonly tensors: readonly Fields[];
  readonly layers: readonly LayerSpec[];
}[];

const descriptions = foreign.map(({ layers }) => ({ source: 'network.json', json: described(layers, 2) }));

/** What is read as each of the networks; throws where nothing but words may be thrown. */
const asEach = (source: string, bytes: Uint8Array): readonly (Imported | undefined)[] =>
  descriptions.map(spec => {
    try {
      return importModel({ source, bytes, spec });
    } catch (error) {
      if (error instanceof HillockError) return undefined;
      throw error;
    }
  });

interface Found {
  readonly program: ForeignProgram;
  readonly networks: readonly (Imported | undefined)[];
}

const numbersIn = ({ parameters }: Imported): readonly number[] =>
  [...parameters.values()].flatMap(({ data }) => [...(data as Float32Array)]);

const models = foreign.map(({ nodes, tensors }, i) => ({
  bytes: foreignModel(nodes, [...tensors, tensor('end', [1])]),
  judge: ({ networks }: Found) => (networks[i] ? undefined : `it is not read as network ${i + 1}`),
}));

export const importedOnnx = reader<Found>({
  name: 'import-onnx',
  file: 'foreign.onnx',
  read: async (file, bytes) => ({ program: readProgram(bytes, file), networks: asEach(file, bytes) }),
  valid: fc.oneof(
    fc.constantFrom(...models),
    fc.constantFrom(...written).map(({ file, parameters }) => ({
      bytes: file,
      judge: ({ program: { tensors } }: Found) =>
        first(
          ...[...parameters].map(([name, { data }]) =>
            differs(
              name,
              [...(tensors.get(name)?.bytes ?? [])],
              [...new Uint8Array((data as Float32Array).slice().buffer)],
            ),
          ),
        ),
    })),
  ),
  judge: (bytes, { program: { tensors }, networks }) =>
    first(
      [...tensors.values()].reduce((sum, tensor) => sum + (tensor.bytes?.length ?? 0), 0) <= bytes.length
        ? undefined
        : 'tensors hold more bytes than the file',
      networks.every(found => !found || numbersIn(found).every(Number.isFinite))
        ? undefined
        : 'weights that are no finite numbers',
    ),
  words: [
    ...['Loop', 'Constant', 'Identity', 'Transpose', 'Cast', 'MatMul', 'Gather', 'LSTM', 'GRU', 'Mul', 'Div', 'Add'],
    ...['\x0a\0', '\xff\xff\xff\xff\x07', '\x4a\x04', '\x22\x04', '\x08\x00', '\x08\x03', '\x12\x01w', 'mean'],
  ],
});
