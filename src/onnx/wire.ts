/** Messages of a schema to bytes and back (protobuf wire format). */
import {
  finish,
  makeReader,
  makeWriter,
  type Reader,
  readBytes,
  readFloat,
  readInt,
  readLength,
  readTag,
  readText,
  skip,
  type WireType,
  type Writer,
  wireTypes,
  writeBytes,
  writeFloat,
  writeInner,
  writeTag,
  writeVarint,
} from './bytes.ts';
import type { Field, Message } from './schema.ts';

export type Scalar = number | bigint | string | Uint8Array;
export type Fields = { readonly [name: string]: Scalar | Fields | readonly (Scalar | Fields)[] | undefined };

export function encodeMessage(schema: Message, fields: Fields): Uint8Array {
  const writer = makeWriter();
  write(writer, schema, fields);
  return finish(writer);
}

function write(writer: Writer, schema: Message, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const field = schema[name];
    if (!field) throw new TypeError(`no field ${name} in this message`);
    for (const item of Array.isArray(value) ? value : [value]) writeOne(writer, field, item as Scalar | Fields);
  }
}

const utf8 = new TextEncoder();

function writeOne(writer: Writer, { id, kind }: Field, value: Scalar | Fields): void {
  const wire = kind === 'int' ? wireTypes.varint : kind === 'float' ? wireTypes.bit32 : wireTypes.lengthDelimited;
  writeTag(writer, id, wire);
  if (typeof kind === 'object') {
    const inner = makeWriter();
    write(inner, kind.message(), value as Fields);
    writeInner(writer, inner);
  } else if (kind === 'int') writeVarint(writer, value as number | bigint);
  else if (kind === 'float') writeFloat(writer, value as number);
  else writeBytes(writer, kind === 'string' ? utf8.encode(value as string) : (value as Uint8Array));
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
  readonly reader: Reader;
  left: number;
}

/**
 * Reads a message; unknown fields are passed over.
 * Throws a `RangeError` on bytes that are broken, too deeply nested or blown up.
 */
export function decodeMessage(schema: Message, bytes: Uint8Array): Decoded {
  try {
    return read({ reader: makeReader(bytes), left: maximumParts }, schema, bytes.length, 0);
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
    const [id, wire] = readTag(reader);
    const known = byId.get(id);
    if (!known) {
      skip(reader, id, wire);
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
    const single = (): Scalar => (kind === 'int' ? readInt(reader) : readFloat(reader));
    if (wire === (kind === 'int' ? wireTypes.varint : wireTypes.bit32)) return [single()];
    if (wire !== wireTypes.lengthDelimited) throw new RangeError('a field has the wrong wire type');
    const packedEnd = readLength(reader) + reader.pos;
    if (packedEnd > end) throw new RangeError('a packed field runs past its message');
    const items: Scalar[] = [];
    while (reader.pos < packedEnd) {
      take(source, 1);
      items.push(single());
    }
    if (reader.pos > packedEnd) throw new RangeError('a packed field runs past its end');
    return items;
  }
  if (wire !== wireTypes.lengthDelimited) throw new RangeError('a field has the wrong wire type');
  if (typeof kind === 'object') {
    const length = readLength(reader);
    if (reader.pos + length > end) throw new RangeError('a message runs past its end');
    return [read(source, kind.message(), reader.pos + length, depth + 1)];
  }
  return [kind === 'string' ? readText(reader) : readBytes(reader)];
}
