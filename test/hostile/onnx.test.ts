/** Models made to hurt who opens them. Only what is rebuilt from the description and the weights ever reaches ONNX Runtime. */
import { describe, expect, test } from 'vitest';
import { HillockError } from '../../src/errors.ts';
import { decodeArtifact, encodeArtifact } from '../../src/model/artifact.ts';
import { predictor } from '../../src/model/model.ts';
import { mixedTable, untrained } from '../../src/model/testing.case.ts';
import type { LayerSpec } from '../../src/nn/index.ts';
import { ModelProto } from '../../src/onnx/schema.ts';
import { decodeMessage, encodeMessage, type Fields } from '../../src/onnx/wire.ts';
import { random } from '../../src/random.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';

const { spec, parameters } = untrained('multiclass');
const good = encodeArtifact(spec, parameters);
const read = decodeMessage(ModelProto, good) as unknown as { graph: Fields; metadataProps: Fields[] };

const withGraph = (more: Fields): Uint8Array =>
  encodeMessage(ModelProto, { ...(read as unknown as Fields), graph: { ...read.graph, ...more } });
const initializers = read.graph.initializer as Fields[];
const weight = initializers.findIndex(({ name }) => String(name).endsWith('.weight'));
const withWeight = (more: Fields): Uint8Array =>
  withGraph({ initializer: initializers.map((one, i) => (i === weight ? { ...one, ...more } : one)) });

/** A description of another network, without the checksum that would give it away. */
const withLayers = (layers: readonly LayerSpec[]): Uint8Array =>
  encodeMessage(ModelProto, {
    ...(read as unknown as Fields),
    metadataProps: [{ key: 'hillock', value: JSON.stringify({ ...spec, network: { layers } }) }],
  });

function refused(bytes: Uint8Array, says: RegExp): void {
  const began = performance.now();
  let error: unknown;
  try {
    decodeArtifact(bytes, 'model.onnx');
  } catch (reason) {
    error = reason;
  }
  expect(error).toBeInstanceOf(HillockError);
  expect((error as HillockError).message).toMatch(says);
  expect(performance.now() - began).toBeLessThan(10_000);
}

const nested = (depth: number): Fields =>
  depth === 0
    ? { opType: 'Relu' }
    : { opType: 'Loop', attribute: [{ name: 'body', g: { node: [nested(depth - 1)] } }] };

describe('is refused', () => {
  test('huge dimensions', () => {
    refused(withWeight({ dims: [2 ** 40, 2 ** 40] }), /unusable type or shape/);
    refused(withWeight({ dims: [2 ** 31] }), /does not hold/);
    refused(withWeight({ dims: [-1, 4] }), /unusable type or shape/);
  });

  test('an initializer that claims 2 GB', () => {
    const claim = Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 0x2a, 0xff, 0xff, 0xff, 0xff, 0x07, 0x4a);
    refused(Uint8Array.of(0x08, 9, ...claim), /not a model file/);
  });

  test('weights in another file', () => {
    refused(withWeight({ dataLocation: 1 }), /keeps its values in another file/);
  });

  test('loops in loops in loops', () => refused(withGraph({ node: [nested(40)] }), /not a model file/));

  test('millions of nodes', () => {
    refused(withGraph({ node: Array.from({ length: 300_000 }, () => ({})) }), /not a model file/);
  });

  test('a checksum of other weights', () => {
    refused(
      withWeight({ rawData: new Uint8Array((initializers[weight]!.rawData as Uint8Array).length) }),
      /is damaged/,
    );
  });

  test('a description whose rows would fill the memory', () => {
    const head: LayerSpec = { kind: 'dense', units: 3, activation: 'linear', bias: true } as LayerSpec;
    refused(
      withLayers([
        { kind: 'repeat', times: 1_000_000 },
        { kind: 'flatten' },
        { kind: 'repeat', times: 1_000_000 },
        { kind: 'flatten' },
        head,
      ]),
      /numbers/,
    );
    refused(withLayers(Array.from({ length: 20_000 }, () => head)), /more than/);
  });
});

test('a graph that was exchanged is not run: the answers are those of the description and the weights', async () => {
  const cycle = [
    { opType: 'Relu', input: ['b'], output: ['a'] },
    { opType: 'Relu', input: ['a'], output: ['b'] },
  ];
  const runtime = await nodeRuntime({ threads: 1 });
  const rows = mixedTable(5, random(2));
  const answers = async (bytes: Uint8Array): Promise<number[]> => {
    const artifact = decodeArtifact(bytes, 'model.onnx');
    const model = await predictor(artifact.spec, artifact.parameters, runtime);
    const { raw } = await model.table(rows);
    await model.close();
    return [...raw];
  };
  const expected = await answers(good);
  for (const node of [cycle, [nested(5)], [{ opType: 'Evil', domain: 'com.evil' }], []])
    expect(await answers(withGraph({ node }))).toEqual(expected);
});
