/**
 * Matrix products by fused multiply-adds. ONNX Runtime's WebAssembly files multiply and add in two instructions, two rows by sixteen columns
 * at a time; engines with relaxed SIMD have one instruction for both, and registers for six rows by eight columns. What is told here
 * goes before ONNX Runtime's own kernel, in its function, when its file is loaded; docs/performance.md tells what it gains.
 */
import {
  block,
  br,
  brIf,
  type Code,
  call,
  drop,
  f32x4Add,
  f32x4Mul,
  f32x4RelaxedMadd,
  f32x4Splat,
  i32Add,
  i32And,
  i32Const,
  i32GeU,
  i32LtU,
  i32Shl,
  ifThen,
  localGet,
  localSet,
  loop,
  returnNow,
  typeI32,
  typeV128,
  v128Load,
  v128Load32Splat,
  v128Store,
  v128Zero,
} from './wasm-instructions.ts';
import { type CodeBefore, rewriteFunctions, withCodeBefore } from './wasm-module.ts';

/** A kernel by its bytes: it calls nothing, so that they are the same in every build of a version. */
interface Kernel {
  readonly size: number;
  /** FNV-1a of 32 bits. */
  readonly hash: number;
  /** It adds the product to what is there. */
  readonly adds: boolean;
}

/**
 * MlasSgemmKernelZero and MlasSgemmKernelAdd of onnxruntime-web 1.30: (A, B, C, K, M, N, lda, ldc, alpha) → how many of M rows are
 * done. In each build they are the only two functions of eight i32 and one f32 that return an i32; the one that adds holds more f32x4.add
 * than f32x4.mul.
 */
const kernels: readonly Kernel[] = [
  { size: 2040, hash: 0x3eacadd4, adds: false },
  { size: 1922, hash: 0xca587132, adds: true },
];

/** A module of one function that uses relaxed SIMD: () → a · b + c. */
const probe = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, typeV128, 0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x3d, 0x01, 0x3b, 0x00, ...v128Zero, ...v128Zero, ...v128Zero, ...f32x4RelaxedMadd, 0x0b],
);

/** Whether this engine has relaxed SIMD. */
export const fusesMultiplyAdds = (): boolean => WebAssembly.validate(probe);

/**
 * ONNX Runtime's module with products by fused multiply-adds; as it is where it holds other kernels than those that are known. Throws
 * where it is no whole WebAssembly module.
 */
export function withFusedProducts(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const found = new Set<Kernel>();
  const made = rewriteFunctions(module, (body, index) => {
    const kernel = kernels.find(({ size, hash }) => size === body.length && hash === hashOf(body));
    if (!kernel) return undefined;
    found.add(kernel);
    return withCodeBefore(body, parameters, first => tiled(first, index, kernel));
  });
  return found.size === kernels.length ? made : module;
}

function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The parameters of the kernels: addresses, sizes, and how many numbers lie between two rows. */
const [givenA, givenB, givenC, inner, rows, columns, rowOfA, rowOfC, alpha, parameters] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
];

/** B is packed: sixteen columns side by side, one row of them after the other. */
const [panelColumns, panelBytes, panelShift] = [16, 64, 6];
/** 12 vectors of sums, 2 of B and 1 of A: the registers of x64 but for the one that engines keep for themselves. */
const [tileRows, tileVectors, tileBytes] = [6, 2, 32];
const unrolled = 4;
const vectorBytes = 16;
const floatShift = 2;

const range = (count: number): readonly number[] => [...Array(count).keys()];
const increase = (local: number, by: Code): Code => [...localGet(local), ...by, ...i32Add, ...localSet(local)];
const assign = (local: number, value: Code): Code => [...value, ...localSet(local)];

/**
 * Where there are six rows and sixteen columns: all panels of six rows, tile by tile, the columns that are left over by the kernel
 * itself, two rows at a time; says that six rows are done.
 */
function tiled(firstLocal: number, self: number, { adds }: Kernel): CodeBefore {
  let next = firstLocal;
  const local = (): number => next++;
  const [stepA, stepC, left, packed] = [local(), local(), local(), local()];
  const [place, count, b, c] = [local(), local(), local(), local()];
  const rowsOfA = range(tileRows).map(local);
  const numbers = next - firstLocal;
  const [scale, cell] = [local(), local()];
  const sums = range(tileRows).map(() => range(tileVectors).map(local));
  const rowOfB = range(tileVectors).map(local);
  const vectors = next - firstLocal - numbers;

  const startOfRows = rowsOfA.flatMap((row, r) =>
    assign(row, r === 0 ? localGet(givenA) : [...localGet(rowsOfA[r - 1]!), ...localGet(stepA), ...i32Add]),
  );
  const multiply = (step: number, offset: number): Code => [
    ...rowOfB.flatMap((vector, i) =>
      assign(vector, [...localGet(b), ...v128Load(offset + panelBytes * step + vectorBytes * i)]),
    ),
    ...rowsOfA.flatMap((row, r) => [
      ...assign(cell, [...localGet(row), ...v128Load32Splat(step << floatShift)]),
      ...sums[r]!.flatMap((sum, i) =>
        assign(sum, [...localGet(cell), ...localGet(rowOfB[i]!), ...localGet(sum), ...f32x4RelaxedMadd]),
      ),
    ]),
  ];
  const whileAtLeast = (steps: number, offset: number): Code =>
    block(
      loop([
        ...[...localGet(count), ...i32Const(steps), ...i32LtU, ...brIf(1)],
        ...range(steps).flatMap(step => multiply(step, offset)),
        ...rowsOfA.flatMap(row => increase(row, i32Const(steps << floatShift))),
        ...increase(b, i32Const(panelBytes * steps)),
        ...increase(count, i32Const(-steps)),
        ...br(0),
      ]),
    );
  const stored = (sum: number, offset: number): Code => [
    ...[...localGet(c), ...localGet(sum), ...localGet(scale), ...f32x4Mul],
    ...(adds ? [...localGet(c), ...v128Load(offset), ...f32x4Add] : []),
    ...v128Store(offset),
  ];
  const oneTile = (offset: number): Code => [
    ...sums.flat().flatMap(sum => assign(sum, v128Zero)),
    ...startOfRows,
    ...[...assign(b, localGet(packed)), ...assign(count, localGet(inner)), ...assign(c, localGet(place))],
    ...whileAtLeast(unrolled, offset),
    ...whileAtLeast(1, offset),
    ...sums.flatMap(row => [
      ...row.flatMap((sum, i) => stored(sum, offset + vectorBytes * i)),
      ...increase(c, localGet(stepC)),
    ]),
  ];
  const panels = loop([
    ...range(panelBytes / tileBytes).flatMap(i => oneTile(tileBytes * i)),
    ...increase(place, i32Const(panelBytes)),
    ...increase(packed, [...localGet(inner), ...i32Const(panelShift), ...i32Shl]),
    ...increase(left, i32Const(-panelColumns)),
    ...[...localGet(left), ...i32Const(panelColumns), ...i32GeU, ...brIf(0)],
  ]);
  const leftOver = range(tileRows / 2).flatMap(pair => [
    ...[
      ...localGet(rowsOfA[2 * pair]!),
      ...localGet(packed),
      ...localGet(c),
      ...localGet(inner),
      ...i32Const(2),
      ...localGet(left),
    ],
    ...[...localGet(rowOfA), ...localGet(rowOfC), ...localGet(alpha), ...call(self), ...drop],
    ...increase(c, [...localGet(stepC), ...i32Const(1), ...i32Shl]),
  ]);
  const code = [
    ...[...localGet(rows), ...i32Const(tileRows), ...i32GeU],
    ...[...localGet(columns), ...i32Const(panelColumns), ...i32GeU, ...i32And],
    ...ifThen([
      ...assign(stepA, [...localGet(rowOfA), ...i32Const(floatShift), ...i32Shl]),
      ...assign(stepC, [...localGet(rowOfC), ...i32Const(floatShift), ...i32Shl]),
      ...assign(scale, [...localGet(alpha), ...f32x4Splat]),
      ...[...assign(left, localGet(columns)), ...assign(packed, localGet(givenB)), ...assign(place, localGet(givenC))],
      ...panels,
      ...[...localGet(left), ...ifThen([...startOfRows, ...assign(c, localGet(place)), ...leftOver])],
      ...[...i32Const(tileRows), ...returnNow],
    ]),
  ];
  return {
    locals: [
      [numbers, typeI32],
      [vectors, typeV128],
    ],
    code,
  };
}
