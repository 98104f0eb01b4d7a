/** Instructions of WebAssembly as bytes, by their names in the specification (WebAssembly Core Specification 3.0, section 5.4). */

/** Instructions, one after the other. */
export type Code = readonly number[];

/** An unsigned integer as LEB128. */
export function unsigned(value: number): Code {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) + 128);
  }
}

/** An integer of 32 bits as signed LEB128. */
function signed(value: number): Code {
  const bytes = [];
  for (let left = value; ; left >>= 7) {
    if (left >= -64 && left < 64) return [...bytes, left & 127];
    bytes.push((left & 127) | 128);
  }
}

export const localGet = (local: number): Code => [0x20, ...unsigned(local)];
export const localSet = (local: number): Code => [0x21, ...unsigned(local)];
export const i32Const = (value: number): Code => [0x41, ...signed(value)];
export const i32LtU: Code = [0x49];
export const i32GeU: Code = [0x4f];
export const i32Add: Code = [0x6a];
export const i32And: Code = [0x71];
export const i32Shl: Code = [0x74];

const [end, noResult] = [0x0b, 0x40];
export const block = (inside: Code): Code => [0x02, noResult, ...inside, end];
export const loop = (inside: Code): Code => [0x03, noResult, ...inside, end];
export const ifThen = (inside: Code): Code => [0x04, noResult, ...inside, end];
export const br = (label: number): Code => [0x0c, ...unsigned(label)];
export const brIf = (label: number): Code => [0x0d, ...unsigned(label)];
export const returnNow: Code = [0x0f];
export const call = (index: number): Code => [0x10, ...unsigned(index)];
export const drop: Code = [0x1a];

const vector = (op: number, ...rest: Code): Code => [0xfd, ...unsigned(op), ...rest];
/** Addresses are multiples of 2² bytes. */
const alignment = 2;
export const v128Load = (offset: number): Code => vector(0, alignment, ...unsigned(offset));
export const v128Load32Splat = (offset: number): Code => vector(9, alignment, ...unsigned(offset));
export const v128Store = (offset: number): Code => vector(11, alignment, ...unsigned(offset));
export const v128Zero: Code = vector(12, ...new Array<number>(16).fill(0));
export const f32x4Splat: Code = vector(19);
export const f32x4Add: Code = vector(228);
export const f32x4Mul: Code = vector(230);
/** a, b, c → a · b + c, rounded once or twice. */
export const f32x4RelaxedMadd: Code = vector(261);

export const [typeI32, typeV128] = [0x7f, 0x7b] as const;
