import fc from 'fast-check';
import { encodeArtifact } from '../../../src/model/artifact.ts';
import { jsonFormat } from '../../../src/model/export/json.ts';
import { type Imported, importModel } from '../../../src/model/import/index.ts';
import { readProgram } from '../../../src/model/import/onnx.ts';
import { untrained } from '../../../src/model/testing.case.ts';
import type { ForeignProgram } from '../../../src/onnx/index.ts';
import { differs, first, reader } from '../reader.ts';

const models = (['binary', 'regression'] as const).map(task => untrained(task));

const written = models.map(({ spec, parameters }) => {
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

export const importedOnnx = reader<ForeignProgram>({
  name: 'import-onnx',
  file: 'foreign.onnx',
  read: async (file, bytes) => readProgram(bytes, file),
  valid: fc.constantFrom(...written).map(({ file, parameters }) => ({
    bytes: file,
    judge: ({ tensors }) =>
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
  judge: (bytes, { tensors }) =>
    [...tensors.values()].reduce((sum, tensor) => sum + (tensor.bytes?.length ?? 0), 0) <= bytes.length
      ? undefined
      : 'tensors hold more bytes than the file',
  words: ['Loop', 'Constant', 'Identity', '\x0a\0', '\xff\xff\xff\xff\x07', '\x4a\x04', '\x22\x04'],
});
