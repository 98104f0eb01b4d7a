/** What another program wrote as ONNX: its nodes in their order, and its tensors as they lie. */
import { ModelProto } from './schema.ts';
import { type Decoded, decodeMessage } from './wire.ts';

/** A tensor of any type; float32 numbers may stand outside of its bytes. */
export interface ForeignTensor {
  /** TensorProto.DataType: 1 = float32, 10 = float16, 11 = float64, 16 = bfloat16. */
  readonly dataType: number;
  readonly shape: readonly number[];
  /** Undefined where its numbers are not in the file. */
  readonly bytes: Uint8Array | undefined;
}

/** A number, text or tensor, a list of whole numbers or of texts. */
export type ForeignAttribute = number | readonly number[] | string | readonly string[] | ForeignTensor;

export interface ForeignNode {
  readonly name: string;
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, ForeignAttribute>;
}

export interface ForeignProgram {
  readonly nodes: readonly ForeignNode[];
  readonly tensors: ReadonlyMap<string, ForeignTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

const list = (value: Decoded[string]): readonly Decoded[] => (value ?? []) as readonly Decoded[];
const texts = (value: Decoded[string]): readonly string[] => ((value ?? []) as readonly unknown[]).map(String);
const numbers = (value: Decoded[string]): readonly number[] => ((value ?? []) as readonly unknown[]).map(Number);

function tensorOf(fields: Decoded): ForeignTensor {
  const floats = numbers(fields.floatData);
  const raw = fields.rawData as Uint8Array | undefined;
  const bytes = raw ?? (floats.length > 0 ? littleEndian(floats) : undefined);
  return { dataType: Number(fields.dataType ?? 0), shape: numbers(fields.dims), bytes };
}

function littleEndian(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

function attributeOf(fields: Decoded): ForeignAttribute | undefined {
  const text = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);
  const words = (fields.strings ?? []) as readonly unknown[];
  if (fields.t) return tensorOf(fields.t as Decoded);
  if (fields.s !== undefined) return text(fields.s);
  if (words.length > 0) return words.map(text);
  if (numbers(fields.ints).length > 0) return numbers(fields.ints);
  if (fields.f !== undefined) return Number(fields.f);
  return fields.i === undefined ? undefined : Number(fields.i);
}

/** Decodes the nodes and tensors of any ONNX model; throws a `RangeError` when the bytes are none. */
export function decodeProgram(bytes: Uint8Array): ForeignProgram {
  const model = decodeMessage(ModelProto, bytes);
  const graph = model.graph as Decoded | undefined;
  if (!graph || model.irVersion === undefined) throw new RangeError('not an ONNX model: it holds no graph');
  return {
    nodes: list(graph.node).map(node => ({
      name: String(node.name ?? ''),
      opType: String(node.opType ?? ''),
      inputs: texts(node.input),
      outputs: texts(node.output),
      attributes: new Map(
        list(node.attribute).flatMap(fields => {
          const value = attributeOf(fields);
          return value === undefined ? [] : [[String(fields.name ?? ''), value] as const];
        }),
      ),
    })),
    tensors: new Map(list(graph.initializer).map(fields => [String(fields.name ?? ''), tensorOf(fields)])),
    metadata: new Map(list(model.metadataProps).map(({ key, value }) => [String(key ?? ''), String(value ?? '')])),
  };
}
