/**
 * Matrix products by fused multiply-adds. ONNX Runtime's WebAssembly files multiply and add in two instructions, two rows by sixteen columns
 * at a time; engines with relaxed SIMD have one instruction for both, and registers for six rows by eight columns. What is told here
 * goes before ONNX Runtime's own kernel, in its function, when its file is loaded; docs/performance.md tells what it gains.
 */
import {
  add,
  addFloats,
  and,
  atLeastUnsigned,
  block,
  branch,
  branchIf,
  type Code,
  type CodeBefore,
  call,
  drop,
  get,
  i32,
  leave,
  lessUnsigned,
  load,
  loadSplat,
  loop,
  multiplyAdd,
  multiplyFloats,
  rewriteFunctions,
  set,
  shiftLeft,
  splat,
  store,
  typeI32,
  typeV128,
  when,
  withCodeBefore,
  zeros,
} from './wasm-code.ts';

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
 * done.
 */
const kernels: readonly Kernel[] = [
  { size: 2040, hash: 0x3eacadd4, adds: false },
  { size: 1922, hash: 0xca587132, adds: true },
];

/** A module of one function that uses relaxed SIMD: () → a · b + c. */
const probe = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, typeV128, 0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x3d, 0x01, 0x3b, 0x00, ...zeros, ...zeros, ...zeros, ...multiplyAdd, 0x0b],
);

/** Whether this engine has relaxed SIMD. */
export const fusesMultiplyAdds = (): boolean => WebAssembly.validate(probe);

/** ONNX Runtime's module with products by fused multiply-adds; as it is where it holds other kernels than those that are known. */
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
const increase = (local: number, by: Code): Code => [...get(local), ...by, ...add, ...set(local)];
const assign = (local: number, value: Code): Code => [...value, ...set(local)];

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
    assign(row, r === 0 ? get(givenA) : [...get(rowsOfA[r - 1]!), ...get(stepA), ...add]),
  );
  const multiply = (step: number, offset: number): Code => [
    ...rowOfB.flatMap((vector, i) =>
      assign(vector, [...get(b), ...load(offset + panelBytes * step + vectorBytes * i)]),
    ),
    ...rowsOfA.flatMap((row, r) => [
      ...assign(cell, [...get(row), ...loadSplat(step << floatShift)]),
      ...sums[r]!.flatMap((sum, i) => assign(sum, [...get(cell), ...get(rowOfB[i]!), ...get(sum), ...multiplyAdd])),
    ]),
  ];
  const whileAtLeast = (steps: number, offset: number): Code =>
    block(
      loop([
        ...[...get(count), ...i32(steps), ...lessUnsigned, ...branchIf(1)],
        ...range(steps).flatMap(step => multiply(step, offset)),
        ...rowsOfA.flatMap(row => increase(row, i32(steps << floatShift))),
        ...increase(b, i32(panelBytes * steps)),
        ...increase(count, i32(-steps)),
        ...branch(0),
      ]),
    );
  const stored = (sum: number, offset: number): Code => [
    ...[...get(c), ...get(sum), ...get(scale), ...multiplyFloats],
    ...(adds ? [...get(c), ...load(offset), ...addFloats] : []),
    ...store(offset),
  ];
  const oneTile = (offset: number): Code => [
    ...sums.flat().flatMap(sum => assign(sum, zeros)),
    ...startOfRows,
    ...[...assign(b, get(packed)), ...assign(count, get(inner)), ...assign(c, get(place))],
    ...whileAtLeast(unrolled, offset),
    ...whileAtLeast(1, offset),
    ...sums.flatMap(row => [
      ...row.flatMap((sum, i) => stored(sum, offset + vectorBytes * i)),
      ...increase(c, get(stepC)),
    ]),
  ];
  const panels = loop([
    ...range(panelBytes / tileBytes).flatMap(i => oneTile(tileBytes * i)),
    ...increase(place, i32(panelBytes)),
    ...increase(packed, [...get(inner), ...i32(panelShift), ...shiftLeft]),
    ...increase(left, i32(-panelColumns)),
    ...[...get(left), ...i32(panelColumns), ...atLeastUnsigned, ...branchIf(0)],
  ]);
  const leftOver = range(tileRows / 2).flatMap(pair => [
    ...[...get(rowsOfA[2 * pair]!), ...get(packed), ...get(c), ...get(inner), ...i32(2), ...get(left)],
    ...[...get(rowOfA), ...get(rowOfC), ...get(alpha), ...call(self), ...drop],
    ...increase(c, [...get(stepC), ...i32(1), ...shiftLeft]),
  ]);
  const code = [
    ...[...get(rows), ...i32(tileRows), ...atLeastUnsigned],
    ...[...get(columns), ...i32(panelColumns), ...atLeastUnsigned, ...and],
    ...when([
      ...assign(stepA, [...get(rowOfA), ...i32(floatShift), ...shiftLeft]),
      ...assign(stepC, [...get(rowOfC), ...i32(floatShift), ...shiftLeft]),
      ...assign(scale, [...get(alpha), ...splat]),
      ...[...assign(left, get(columns)), ...assign(packed, get(givenB)), ...assign(place, get(givenC))],
      ...panels,
      ...[...get(left), ...when([...startOfRows, ...assign(c, get(place)), ...leftOver])],
      ...[...i32(tileRows), ...leave],
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
