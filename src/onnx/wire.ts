/** Messages of a schema to bytes and back (protobuf wire format). */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Field, Message } from './schema.ts';

export type Scalar = number | bigint | string | Uint8Array;
export type Fields = { readonly [name: string]: Scalar | Fields | readonly (Scalar | Fields)[] | undefined };

export function encodeMessage(schema: Message, fields: Fields): Uint8Array {
  const writer = new BinaryWriter();
  write(writer, schema, fields);
  return writer.finish();
}

function write(writer: BinaryWriter, schema: Message, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const field = schema[name];
    if (!field) throw new TypeError(`no field ${name} in this message`);
    for (const item of Array.isArray(value) ? value : [value]) writeOne(writer, field, item as Scalar | Fields);
  }
}

function writeOne(writer: BinaryWriter, field: Field, value: Scalar | Fields): void {
  if (typeof field.kind === 'object') {
    writer.tag(field.id, WireType.LengthDelimited).fork();
    write(writer, field.kind.message(), value as Fields);
    writer.join();
  } else if (field.kind === 'int') writer.tag(field.id, WireType.Varint).int64(value as number | bigint);
  else if (field.kind === 'float') writer.tag(field.id, WireType.Bit32).float(value as number);
  else if (field.kind === 'string') writer.tag(field.id, WireType.LengthDelimited).string(value as string);
  else writer.tag(field.id, WireType.LengthDelimited).bytes(value as Uint8Array);
}

/** A decoded message: repeated fields are arrays (perhaps empty), absent ones undefined. */
export interface Decoded {
  readonly [name: string]: Scalar | Decoded | readonly (Scalar | Decoded)[] | undefined;
}

const maximumDepth = 32;
/** What one decoding may hold: each scalar counts 1, each message 64. */
const maximumParts = 2 ** 24;

/** Where a decoding stands: the reader and what it may still hold. */
interface Source {
  readonly reader: BinaryReader;
  left: number;
}

/**
 * Reads a message; unknown fields are passed over.
 * Throws a `RangeError` on bytes that are broken, too deeply nested or blown up.
 */
export function decodeMessage(schema: Message, bytes: Uint8Array): Decoded {
  try {
    return read({ reader: new BinaryReader(bytes), left: maximumParts }, schema, bytes.length, 0);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new RangeError('broken bytes', { cause });
  }
}

function take(source: Source, parts: number): void {
  source.left -= parts;
  if (source.left < 0) throw new RangeError('too many parts in one message');
}

interface Lookup {
  readonly byId: ReadonlyMap<number, { readonly name: string; readonly field: Field }>;
  readonly repeated: readonly string[];
}

const lookups = new WeakMap<Message, Lookup>();

function lookup(schema: Message): Lookup {
  const known = lookups.get(schema);
  if (known) return known;
  const entries = Object.entries(schema);
  const made: Lookup = {
    byId: new Map(entries.map(([name, field]) => [field.id, { name, field }])),
    repeated: entries.flatMap(([name, field]) => (field.repeated ? [name] : [])),
  };
  lookups.set(schema, made);
  return made;
}

function read(source: Source, schema: Message, end: number, depth: number): Decoded {
  if (depth > maximumDepth) throw new RangeError('messages nested too deeply');
  take(source, 64);
  const { reader } = source;
  const { byId, repeated } = lookup(schema);
  const out = new Map<string, (Scalar | Decoded)[] | Scalar | Decoded>();
  for (const name of repeated) out.set(name, []);
  while (reader.pos < end) {
    const [id, wire] = reader.tag();
    const known = byId.get(id);
    if (!known) {
      reader.skip(wire, id);
      continue;
    }
    const { name, field } = known;
    const items = readField(source, field, wire, end, depth);
    if (field.repeated) (out.get(name) as (Scalar | Decoded)[]).push(...items);
    else out.set(name, items.at(-1)!);
  }
  if (reader.pos > end) throw new RangeError('a message runs past its end');
  return Object.fromEntries(out);
}

function readField(source: Source, field: Field, wire: WireType, end: number, depth: number): (Scalar | Decoded)[] {
  const { kind } = field;
  const { reader } = source;
  take(source, 1);
  if (kind === 'int' || kind === 'float') {
    const single = (): Scalar => (kind === 'int' ? BigInt(reader.int64()) : reader.float());
    if (wire === (kind === 'int' ? WireType.Varint : WireType.Bit32)) return [single()];
    if (wire !== WireType.LengthDelimited) throw new RangeError('a field has the wrong wire type');
    const packedEnd = reader.uint32() + reader.pos;
    if (packedEnd > end) throw new RangeError('a packed field runs past its message');
    const items: Scalar[] = [];
    while (reader.pos < packedEnd) {
      take(source, 1);
      items.push(single());
    }
    if (reader.pos > packedEnd) throw new RangeError('a packed field runs past its end');
    return items;
  }
  if (wire !== WireType.LengthDelimited) throw new RangeError('a field has the wrong wire type');
  if (typeof kind === 'object') {
    const length = reader.uint32();
    if (reader.pos + length > end) throw new RangeError('a message runs past its end');
    return [read(source, kind.message(), reader.pos + length, depth + 1)];
  }
  return [kind === 'string' ? reader.string() : reader.bytes()];
}
