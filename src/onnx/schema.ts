/**
 * The ONNX messages we write and read, as field numbers of onnx.proto (ONNX IR 9).
 * Each message is one record of fields; writer and reader both walk it.
 */
export type FieldKind = 'int' | 'float' | 'string' | 'bytes' | { readonly message: () => Message };

export interface Field {
  readonly id: number;
  readonly kind: FieldKind;
  readonly repeated?: boolean;
}

export type Message = Readonly<Record<string, Field>>;

const one = (id: number, kind: FieldKind): Field => ({ id, kind });
const many = (id: number, kind: FieldKind): Field => ({ id, kind, repeated: true });
const message = (of: () => Message): FieldKind => ({ message: of });

export const TensorProto = {
  dims: many(1, 'int'),
  dataType: one(2, 'int'),
  floatData: many(4, 'float'),
  stringData: many(6, 'bytes'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  dataLocation: one(14, 'int'),
} satisfies Message;

export const AttributeProto = {
  name: one(1, 'string'),
  f: one(2, 'float'),
  i: one(3, 'int'),
  s: one(4, 'bytes'),
  t: one(
    5,
    message(() => TensorProto),
  ),
  g: one(
    6,
    message(() => GraphProto),
  ),
  floats: many(7, 'float'),
  ints: many(8, 'int'),
  strings: many(9, 'bytes'),
  type: one(20, 'int'),
} satisfies Message;

export const NodeProto = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(
    5,
    message(() => AttributeProto),
  ),
  domain: one(7, 'string'),
} satisfies Message;

const Dimension = { dimValue: one(1, 'int'), dimParam: one(2, 'string') } satisfies Message;
const TensorShapeProto = {
  dim: many(
    1,
    message(() => Dimension),
  ),
} satisfies Message;
const TensorTypeProto = {
  elemType: one(1, 'int'),
  shape: one(
    2,
    message(() => TensorShapeProto),
  ),
} satisfies Message;
const TypeProto = {
  tensorType: one(
    1,
    message(() => TensorTypeProto),
  ),
} satisfies Message;

export const ValueInfoProto = {
  name: one(1, 'string'),
  type: one(
    2,
    message(() => TypeProto),
  ),
  docString: one(3, 'string'),
} satisfies Message;

export const GraphProto: Message = {
  node: many(
    1,
    message(() => NodeProto),
  ),
  name: one(2, 'string'),
  initializer: many(
    5,
    message(() => TensorProto),
  ),
  input: many(
    11,
    message(() => ValueInfoProto),
  ),
  output: many(
    12,
    message(() => ValueInfoProto),
  ),
};

const OperatorSetId = { domain: one(1, 'string'), version: one(2, 'int') } satisfies Message;
const StringEntry = { key: one(1, 'string'), value: one(2, 'string') } satisfies Message;

export const ModelProto = {
  irVersion: one(1, 'int'),
  producerName: one(2, 'string'),
  producerVersion: one(3, 'string'),
  graph: one(
    7,
    message(() => GraphProto),
  ),
  opsetImport: many(
    8,
    message(() => OperatorSetId),
  ),
  metadataProps: many(
    14,
    message(() => StringEntry),
  ),
} satisfies Message;

export const dataTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, string: 8, bool: 9, float64: 11 } as const;
