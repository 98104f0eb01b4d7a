import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Field, type Message, ModelProto, NodeProto, TensorProto } from './schema.ts';
import { type Decoded, decodeMessage, encodeMessage, type Fields, type Scalar } from './wire.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const scalars: Record<'int' | 'float' | 'string' | 'bytes', fc.Arbitrary<Scalar>> = {
  int: fc.oneof(int64, fc.integer()),
  float: fc.float(),
  string: fc.string({ unit: 'binary' }),
  bytes: fc.uint8Array({ maxLength: 20 }),
};

function fieldOf(field: Field, depth: number): fc.Arbitrary<Fields[string]> {
  const { kind } = field;
  const one: fc.Arbitrary<Scalar | Fields> =
    typeof kind === 'object' ? fieldsOf(kind.message(), depth - 1) : scalars[kind];
  return field.repeated ? fc.array(one, { maxLength: 3 }) : fc.option(one, { nil: undefined, freq: 2 });
}

/** Any content of a message, nested at most `depth` deep. */
function fieldsOf(schema: Message, depth: number): fc.Arbitrary<Fields> {
  const entries = Object.entries(schema).filter(([, field]) => depth > 0 || typeof field.kind !== 'object');
  return fc.record(Object.fromEntries(entries.map(([name, field]) => [name, fieldOf(field, depth)])));
}

/** What decoding gives for encoded fields: arrays for repeated ones, nothing for absent ones, int64 as bigint. */
function canonical(schema: Message, fields: Fields): Decoded {
  const out: Record<string, Decoded[string]> = {};
  for (const [name, field] of Object.entries(schema)) {
    const item = (value: Scalar | Fields): Scalar | Decoded =>
      typeof field.kind === 'object'
        ? canonical(field.kind.message(), value as Fields)
        : field.kind === 'int'
          ? BigInt(value as number | bigint)
          : (value as Scalar);
    const value = fields[name];
    if (field.repeated) out[name] = ((value ?? []) as readonly (Scalar | Fields)[]).map(item);
    else if (value !== undefined) out[name] = item(value as Scalar | Fields);
  }
  return out;
}

/** The same by another implementation of protobuf. */
function written(schema: Message, fields: Fields, writer = new BinaryWriter()): BinaryWriter {
  for (const [name, given] of Object.entries(fields)) {
    const { id, kind } = schema[name]!;
    const values = (given === undefined ? [] : Array.isArray(given) ? given : [given]) as readonly (Scalar | Fields)[];
    for (const value of values) {
      if (typeof kind === 'object') {
        writer.tag(id, WireType.LengthDelimited).fork();
        written(kind.message(), value as Fields, writer).join();
      } else if (kind === 'int') writer.tag(id, WireType.Varint).int64(value as number | bigint);
      else if (kind === 'float') writer.tag(id, WireType.Bit32).float(value as number);
      else if (kind === 'string') writer.tag(id, WireType.LengthDelimited).string(value as string);
      else writer.tag(id, WireType.LengthDelimited).bytes(value as Uint8Array);
    }
  }
  return writer;
}

describe('wire format', () => {
  test('the bytes are those of another implementation', () => {
    fc.assert(
      fc.property(fieldsOf(ModelProto, 4), fields => {
        expect(encodeMessage(ModelProto, fields)).toEqual(written(ModelProto, fields).finish());
      }),
      { numRuns: 150 },
    );
  });

  test('values of any length, up to large ones', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 257, 16_384, 3_000_000]) {
      const rawData = new Uint8Array(length).map((_, i) => i % 251);
      const bytes = encodeMessage(TensorProto, { rawData, name: 'x'.repeat(length % 1000) });
      expect(Buffer.compare(bytes, written(TensorProto, { rawData, name: 'x'.repeat(length % 1000) }).finish())).toBe(
        0,
      );
      expect(Buffer.compare(decodeMessage(TensorProto, bytes).rawData as Uint8Array, rawData)).toBe(0);
    }
  });

  test.each([
    ['model', ModelProto, 4],
    ['node', NodeProto, 2],
    ['tensor', TensorProto, 1],
  ] as const)('%s: decoding what was encoded gives it back', (_, schema, depth) => {
    fc.assert(
      fc.property(fieldsOf(schema, depth), fields => {
        expect(decodeMessage(schema, encodeMessage(schema, fields))).toEqual(canonical(schema, fields));
      }),
      { numRuns: 150 },
    );
  });

  test('reads packed numbers too', () => {
    expect(decodeMessage(TensorProto, Uint8Array.of(0x0a, 3, 2, 0x80, 1)).dims).toEqual([2n, 128n]);
  });

  test('passes over unknown fields of every wire type', () => {
    const unknown = [
      0xf8, 0x07, 0x96, 0x01, 0xf9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8, 0xfa, 0x07, 2, 9, 9, 0xfd, 0x07, 1, 2, 3, 4,
    ];
    const group = [0xfb, 0x07, 0xf8, 0x07, 1, 0xfc, 0x07];
    const decoded = decodeMessage(TensorProto, Uint8Array.of(...unknown, ...group, 0x10, 7));
    expect(decoded).toMatchObject({ dataType: 7n });
  });

  test('does not write a field the schema does not have', () => {
    expect(() => encodeMessage(TensorProto, { dtype: 1 })).toThrow('no field dtype');
  });

  test.each([
    ['an int as fixed32', Uint8Array.of(0x15, 0, 0, 0, 0)],
    ['a string as varint', Uint8Array.of(0x40, 1)],
    ['a length beyond the end', Uint8Array.of(0x42, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a packed field beyond the end', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 1)],
    ['a packed field that ends inside a number', Uint8Array.of(0x0a, 1, 0x80, 1)],
    ['a varint without end', new Uint8Array(64).fill(0xff)],
    ['field number 0', Uint8Array.of(0x00, 1)],
    ['an end of a group that never began', Uint8Array.of(0xfc, 0x07)],
    ['groups in groups', new Uint8Array(500_000).map((_, i) => (i % 2 === 0 ? 0xfb : 0x07))],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeMessage(TensorProto, bytes)).toThrow(RangeError);
  });

  test('refuses millions of empty messages in a small file', () => {
    const nodes = new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 0x0a : 0));
    const size = nodes.length;
    const head = Uint8Array.of(0x3a, (size & 127) | 128, ((size >> 7) & 127) | 128, size >> 14);
    const bytes = new Uint8Array([...head, ...nodes]);
    expect(() => decodeMessage(ModelProto, bytes)).toThrow('too many parts');
  });

  test('random bytes are read or refused, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        try {
          decodeMessage(ModelProto, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
