/** WebAssembly by the byte: instructions, and modules of which some functions become others (WebAssembly Core Specification, section 5). */

/** Instructions, one after the other. */
export type Code = readonly number[];

/** An unsigned number as LEB128. */
export function unsigned(value: number): Code {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) + 128);
  }
}

/** A signed number of 32 bits as LEB128. */
function signed(value: number): Code {
  const bytes = [];
  for (let left = value; ; left >>= 7) {
    if (left >= -64 && left < 64) return [...bytes, left & 127];
    bytes.push((left & 127) | 128);
  }
}

const vector = (op: number, ...rest: Code): Code => [0xfd, ...unsigned(op), ...rest];

/** How far from 16 bytes aligned an address may be, for all that is promised: 4 bytes. */
const aligned = 2;

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const lessUnsigned: Code = [0x49];
export const atLeastUnsigned: Code = [0x4f];
export const and: Code = [0x71];
export const add: Code = [0x6a];
export const shiftLeft: Code = [0x74];

const end = 0x0b;
const noResult = 0x40;
export const block = (inside: Code): Code => [0x02, noResult, ...inside, end];
export const loop = (inside: Code): Code => [0x03, noResult, ...inside, end];
export const when = (inside: Code): Code => [0x04, noResult, ...inside, end];
export const branch = (label: number): Code => [0x0c, ...unsigned(label)];
export const branchIf = (label: number): Code => [0x0d, ...unsigned(label)];
export const leave: Code = [0x0f];
export const call = (index: number): Code => [0x10, ...unsigned(index)];
export const drop: Code = [0x1a];

/** Vectors of four floats at an address and `offset` bytes. */
export const load = (offset: number): Code => vector(0, aligned, ...unsigned(offset));
export const loadSplat = (offset: number): Code => vector(9, aligned, ...unsigned(offset));
export const store = (offset: number): Code => vector(11, aligned, ...unsigned(offset));
export const zeros: Code = vector(12, ...new Array<number>(16).fill(0));
export const splat: Code = vector(19);
export const addFloats: Code = vector(228);
export const multiplyFloats: Code = vector(230);
/** a b c → a · b + c, rounded once or twice (relaxed SIMD). */
export const multiplyAdd: Code = vector(0x105);

export const [typeI32, typeV128] = [0x7f, 0x7b] as const;

/** Bytes that are read one after the other. */
function reader(bytes: Uint8Array, start = 0) {
  let at = start;
  const byte = (): number => bytes[at++]!;
  const number = (): number => {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const next = byte();
      value += (next & 127) * unit;
      if (next < 128) return value;
    }
  };
  return {
    byte,
    number,
    get at() {
      return at;
    },
    skip(count: number) {
      at += count;
    },
  };
}

const sections = { import: 2, code: 10 } as const;

const imports = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

/** How many functions an import section names. */
function importedFunctions(bytes: Uint8Array, start: number): number {
  const { byte, number, skip } = reader(bytes, start);
  let functions = 0;
  for (let left = number(); left > 0; left--) {
    skip(number());
    skip(number());
    const kind = byte();
    if (kind === imports.function) functions++;
    // The type of elements or of a global, the attribute of a tag, or how a memory is limited; then the rest of it.
    const first = kind === imports.function ? 0 : byte();
    const limited = kind === imports.table ? byte() : kind === imports.memory ? first : 0;
    number();
    if (limited & 1) number();
  }
  return functions;
}

/** What becomes of a function, by its index and its body as the code section has it; undefined = it stays as it is. */
export type Rewrite = (body: Uint8Array, index: number) => Uint8Array | undefined;

/** A module with some of its functions rewritten. */
export function rewriteFunctions(module: Uint8Array, rewrite: Rewrite): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let [kept, imported] = [0, 0];
  const outside = reader(module, 8);
  while (outside.at < module.length) {
    const begin = outside.at;
    const id = outside.byte();
    const size = outside.number();
    const start = outside.at;
    outside.skip(size);
    if (id === sections.import) imported = importedFunctions(module, start);
    if (id !== sections.code) continue;
    pieces.push(
      module.subarray(kept, begin),
      section(id, bodies(module.subarray(start, outside.at), imported, rewrite)),
    );
    kept = outside.at;
  }
  return joined([...pieces, module.subarray(kept)]);
}

const section = (id: number, content: Uint8Array): Uint8Array =>
  joined([Uint8Array.of(id, ...unsigned(content.length)), content]);

function bodies(code: Uint8Array, imported: number, rewrite: Rewrite): Uint8Array {
  const inside = reader(code);
  const pieces: Uint8Array[] = [];
  let kept = 0;
  const count = inside.number();
  for (let i = 0; i < count; i++) {
    const begin = inside.at;
    const size = inside.number();
    const body = code.subarray(inside.at, inside.at + size);
    inside.skip(size);
    const made = rewrite(body, imported + i);
    if (!made) continue;
    pieces.push(code.subarray(kept, begin), Uint8Array.from(unsigned(made.length)), made);
    kept = inside.at;
  }
  return joined([...pieces, code.subarray(kept)]);
}

/** Code that goes before that of a function, and the locals that it needs: how many of which type. */
export interface CodeBefore {
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly code: Code;
}

/** The body of a function with other code before its own; `make` is given the number of its first local. */
export function withCodeBefore(
  body: Uint8Array,
  parameters: number,
  make: (firstLocal: number) => CodeBefore,
): Uint8Array {
  const inside = reader(body);
  const groups = inside.number();
  const declared = inside.at;
  let locals = parameters;
  for (let group = 0; group < groups; group++) {
    locals += inside.number();
    inside.byte();
  }
  const made = make(locals);
  const more = made.locals.flatMap(([count, type]) => [...unsigned(count), type]);
  return joined([
    Uint8Array.from(unsigned(groups + made.locals.length)),
    body.subarray(declared, inside.at),
    Uint8Array.from([...more, ...made.code]),
    body.subarray(inside.at),
  ]);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
