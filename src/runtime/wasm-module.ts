/** WebAssembly modules of which some functions become others (WebAssembly Core Specification 3.0, section 5.5). */
import { type Code, unsigned } from './wasm-instructions.ts';

/** The magic number and version 1. */
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const sections = { import: 2, code: 10 } as const;
const imports = { function: 0, table: 1, memory: 2 } as const;

/** Bytes that are read one after the other; throws a `RangeError` where they end early. */
function reader(bytes: Uint8Array, start = 0) {
  let at = start;
  const skip = (count: number): void => {
    at += count;
    if (at > bytes.length) throw new RangeError('it ends early');
  };
  const byte = (): number => {
    skip(1);
    return bytes[at - 1]!;
  };
  const number = (): number => {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const next = byte();
      value += (next & 127) * unit;
      if (next < 128) return value;
    }
  };
  return { byte, number, skip, at: () => at };
}

/** How many functions an import section names. */
function importedFunctions(section: Uint8Array): number {
  const { byte, number, skip } = reader(section);
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

/**
 * A module with some functions rewritten: `rewrite` is given a body as the code section has it, and the index of its function; undefined =
 * it stays as it is. Throws where this is no module, or no whole one.
 */
export function rewriteFunctions(
  module: Uint8Array,
  rewrite: (body: Uint8Array, index: number) => Uint8Array | undefined,
): Uint8Array<ArrayBuffer> {
  if (header.some((byte, at) => module[at] !== byte)) throw new TypeError('it is no WebAssembly');
  const { byte, number, skip, at } = reader(module, header.length);
  const pieces: Uint8Array[] = [];
  let [kept, imported] = [0, 0];
  while (at() < module.length) {
    const begin = at();
    const id = byte();
    const size = number();
    const content = module.subarray(at(), at() + size);
    skip(size);
    if (id === sections.import) imported = importedFunctions(content);
    if (id !== sections.code) continue;
    const code = bodies(content, (body, i) => rewrite(body, imported + i));
    const length = code.reduce((sum, piece) => sum + piece.length, 0);
    pieces.push(module.subarray(kept, begin), Uint8Array.of(id, ...unsigned(length)), ...code);
    kept = at();
  }
  return joined([...pieces, module.subarray(kept)]);
}

/** A code section in pieces. */
function bodies(code: Uint8Array, rewrite: (body: Uint8Array, i: number) => Uint8Array | undefined): Uint8Array[] {
  const { number, skip, at } = reader(code);
  const pieces: Uint8Array[] = [];
  let kept = 0;
  const count = number();
  for (let i = 0; i < count; i++) {
    const begin = at();
    const size = number();
    const body = code.subarray(at(), at() + size);
    skip(size);
    const made = rewrite(body, i);
    if (!made) continue;
    pieces.push(code.subarray(kept, begin), Uint8Array.from(unsigned(made.length)), made);
    kept = at();
  }
  return [...pieces, code.subarray(kept)];
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
  const { byte, number, at } = reader(body);
  const groups = number();
  const declared = at();
  let locals = parameters;
  for (let group = 0; group < groups; group++) {
    locals += number();
    byte();
  }
  const made = make(locals);
  const more = made.locals.flatMap(([count, type]) => [...unsigned(count), type]);
  return joined([
    Uint8Array.from(unsigned(groups + made.locals.length)),
    body.subarray(declared, at()),
    Uint8Array.from([...more, ...made.code]),
    body.subarray(at()),
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
