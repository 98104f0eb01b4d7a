/** Modules are written here by hand, rewritten, and run by the engine. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as wasm from './wasm-instructions.ts';
import { rewriteFunctions, withCodeBefore } from './wasm-module.ts';

const { i32Const, localGet, localSet, unsigned } = wasm;
const i32 = wasm.typeI32;
const list = (items: readonly (readonly number[])[]): readonly number[] => [...unsigned(items.length), ...items.flat()];
const sized = (content: readonly number[]): readonly number[] => [...unsigned(content.length), ...content];
const section = (id: number, content: readonly number[]): readonly number[] => [id, ...sized(content)];
const name = (text: string): readonly number[] => sized([...Buffer.from(text)]);

interface Made {
  readonly imports?: readonly (readonly number[])[];
  readonly code: readonly number[];
  readonly locals?: readonly (readonly number[])[];
}

/** A module with the function `f`: i32 → i32, after one that returns its parameter. */
function moduleOf({ imports: imported = [], code, locals = [] }: Made): Uint8Array<ArrayBuffer> {
  const functions = imported.filter(entry => entry === imports.function).length;
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...list([[i32]]), ...list([[i32]])]])),
    ...(imported.length > 0 ? section(2, list(imported)) : []),
    ...section(3, list([[0], [0]])),
    ...section(7, list([[...name('f'), 0, ...unsigned(functions + 1)]])),
    ...section(10, list([sized([0, ...localGet(0), 0x0b]), sized([...list(locals), ...code, 0x0b])])),
    ...section(0, [...name('told'), 1, 2, 3]),
  ]);
}

const given = {
  m: {
    f: (x: number) => x + 1,
    table: new WebAssembly.Table({ element: 'anyfunc', initial: 1, maximum: 2 }),
    open: new WebAssembly.Table({ element: 'anyfunc', initial: 1 }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 3, shared: true }),
    global: new WebAssembly.Global({ value: 'i32', mutable: false }, 7),
  },
};
const imports = {
  function: [...name('m'), ...name('f'), 0, 0],
  'a table with a limit': [...name('m'), ...name('table'), 1, 0x70, 1, 1, 2],
  'a table without one': [...name('m'), ...name('open'), 1, 0x70, 0, 1],
  'a shared memory': [...name('m'), ...name('memory'), 2, 3, 1, 3],
  global: [...name('m'), ...name('global'), 3, i32, 0],
};

async function f(bytes: Uint8Array<ArrayBuffer>, x: number): Promise<number> {
  const { instance } = await WebAssembly.instantiate(bytes, given);
  return (instance.exports.f as (x: number) => number)(x);
}

const same = (): undefined => undefined;
const integers = fc.oneof(fc.integer(), fc.integer({ min: -200, max: 200 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));

test('numbers are those that the engine reads', () =>
  fc.assert(
    fc.asyncProperty(integers, async value => {
      expect(await f(moduleOf({ code: i32Const(value) }), 0)).toBe(value);
    }),
  ));

describe.each(Object.entries(imports))('a module that imports %s', (kind, entry) => {
  const module = moduleOf({
    imports: [entry, imports.function],
    code: [...localGet(0), ...i32Const(2), ...wasm.i32Shl],
  });

  test('stays the same where nothing is rewritten', () => {
    expect(Buffer.compare(rewriteFunctions(module, same), module)).toBe(0);
  });

  test('indices count what is imported', () => {
    const found: number[] = [];
    rewriteFunctions(module, (_, index) => {
      found.push(index);
      return undefined;
    });
    expect(found).toEqual(kind === 'function' ? [2, 3] : [1, 2]);
  });

  test('a function calls the one before it', async () => {
    const made = rewriteFunctions(module, (body, index) => {
      const isF = body.length > 4;
      return isF
        ? withCodeBefore(body, 1, () => ({
            locals: [],
            code: [...localGet(0), ...wasm.call(index - 1), ...localSet(0)],
          }))
        : withCodeBefore(body, 1, () => ({ locals: [], code: [...i32Const(5), ...localSet(0)] }));
    });
    expect(await f(made, 3)).toBe(20);
  });
});

test('code before a function has locals after those of the function; a size may need another byte', async () => {
  const locals = [
    [2, i32],
    [1, wasm.typeV128],
  ];
  const module = moduleOf({ code: [...localGet(2), ...localGet(0), ...wasm.i32Add], locals });
  const firsts: number[] = [];
  const made = rewriteFunctions(module, body =>
    body.length > 4
      ? withCodeBefore(body, 1, first => {
          firsts.push(first);
          const filler = Array.from({ length: 60 }, () => [...i32Const(1), ...wasm.drop]).flat();
          const moved = [...i32Const(40), ...localSet(first), ...localGet(first), ...localSet(2)];
          return { locals: [[1, i32]], code: [...filler, ...moved] };
        })
      : undefined,
  );
  expect(firsts).toEqual([4]);
  expect(made.length).toBeGreaterThan(module.length + 180);
  expect(await f(made, 2)).toBe(42);
});

test('blocks, loops, branches and comparisons', async () => {
  // Down to three by ones, at once where it is less than three.
  const code = [
    ...wasm.block(
      wasm.loop([
        ...[...localGet(0), ...i32Const(3), ...wasm.i32LtU, ...wasm.brIf(1)],
        ...[...localGet(0), ...i32Const(-1), ...wasm.i32Add, ...localSet(0)],
        ...[...localGet(0), ...i32Const(4), ...wasm.i32GeU, ...wasm.brIf(0)],
        ...[...localGet(0), ...i32Const(3), ...wasm.i32And, ...wasm.ifThen([...localGet(0), ...wasm.returnNow])],
      ]),
    ),
    ...localGet(0),
  ];
  const module = moduleOf({ code });
  expect([await f(module, 9), await f(module, 4), await f(module, 3), await f(module, 1)]).toEqual([3, 3, 2, 1]);
});

test('what is no module, or no whole one, is refused', () => {
  const module = moduleOf({ imports: [imports.function], code: localGet(0) });
  for (const bytes of [
    Buffer.from('<!doctype html>'),
    new Uint8Array(),
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0),
  ])
    expect(() => rewriteFunctions(new Uint8Array(bytes), same)).toThrow(/no WebAssembly/);
  // One that is cut where a section ends is whole as far as it goes.
  const cuts = Array.from({ length: module.length - 8 }, (_, i) => module.slice(0, 8 + i));
  const refused = cuts.filter(bytes => {
    try {
      rewriteFunctions(bytes, same);
      return false;
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      return true;
    }
  });
  expect(cuts.length - refused.length).toBe(6);
});
