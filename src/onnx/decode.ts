/** What we read back from a model file: its metadata, inputs, outputs and stored tensors. */

import type { Tensor } from '../graph/index.ts';
import { sizeOf } from '../graph/index.ts';
import { dataTypes, ModelProto } from './schema.ts';
import { type Decoded, decodeMessage } from './wire.ts';

export interface ModelContents {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly operators: ReadonlySet<string>;
}

const list = (value: Decoded[string]): readonly Decoded[] => (value ?? []) as readonly Decoded[];

/** Decodes metadata, initializers and the set of operators; throws a `RangeError` when the bytes are no ONNX model. */
export function decodeModel(bytes: Uint8Array): ModelContents {
  let model: Decoded;
  try {
    model = decodeMessage(ModelProto, bytes);
  } catch (cause) {
    throw new RangeError('not an ONNX model: the bytes do not parse', { cause });
  }
  const graph = model.graph as Decoded | undefined;
  if (!graph || model.irVersion === undefined) throw new RangeError('not an ONNX model: it holds no graph');
  return {
    metadata: new Map(list(model.metadataProps).map(({ key, value }) => [String(key ?? ''), String(value ?? '')])),
    tensors: new Map(list(graph.initializer).map(fields => [String(fields.name ?? ''), tensor(fields)])),
    operators: new Set(list(graph.node).map(({ domain, opType }) => (domain ? `${domain}.${opType}` : String(opType)))),
  };
}

const dtypes = new Map(Object.entries(dataTypes).map(([name, id]) => [BigInt(id), name as Tensor['dtype']]));

const external = 1n;

function tensor(fields: Decoded): Tensor {
  if (fields.dataLocation === external)
    throw new RangeError(`tensor '${fields.name ?? ''}' keeps its values in another file`);
  const dtype = dtypes.get((fields.dataType as bigint | undefined) ?? 0n);
  const shape = (fields.dims as readonly bigint[]).map(Number);
  const count = sizeOf(shape);
  if (!dtype || !Number.isSafeInteger(count) || !shape.every(dim => Number.isSafeInteger(dim) && dim >= 0))
    throw new RangeError(`tensor '${fields.name ?? ''}' has an unusable type or shape`);
  if (dtype === 'string') {
    const texts = (fields.stringData as readonly Uint8Array[]).map(text => new TextDecoder().decode(text));
    if (texts.length !== count) throw new RangeError(`tensor '${fields.name ?? ''}' does not hold [${shape}] values`);
    return { dtype, shape, data: texts };
  }
  const raw = fields.rawData as Uint8Array | undefined;
  const arrays = {
    float32: Float32Array,
    float64: Float64Array,
    int32: Int32Array,
    int64: BigInt64Array,
    uint8: Uint8Array,
    bool: Uint8Array,
  };
  const array = arrays[dtype];
  if (!raw || raw.byteLength !== count * array.BYTES_PER_ELEMENT)
    throw new RangeError(`tensor '${fields.name ?? ''}' does not hold [${shape}] values`);
  return { dtype, shape, data: new array(raw.slice().buffer) };
}
