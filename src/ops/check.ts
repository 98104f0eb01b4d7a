import { type Dim, type DType, type Type, typeText } from '../graph/index.ts';

/** Throws: which op, what it expected, what it got. */
export function reject(op: string, expected: string, types: readonly Type[]): never {
  throw new TypeError(`${op}: expected ${expected}, got ${types.map(typeText).join(' and ')}`);
}

export function requireFloat(op: string, types: readonly Type[]): void {
  if (!types.every(type => type.dtype === 'float32')) reject(op, 'float32 inputs', types);
}

export function requireSame(op: string, types: readonly Type[], allowed: readonly DType[]): DType {
  const dtype = types[0]?.dtype;
  if (dtype === undefined || !allowed.includes(dtype) || types.some(type => type.dtype !== dtype)) {
    reject(op, `inputs of one type among ${allowed.join(', ')}`, types);
  }
  return dtype;
}

export const isStatic = (shape: readonly Dim[]): shape is readonly number[] =>
  shape.every(dim => typeof dim === 'number');

/** The shape when every size is known; throws otherwise. */
export function staticShape(op: string, type: Type): readonly number[] {
  if (!isStatic(type.shape)) reject(op, 'a shape known at compile time', [type]);
  return type.shape as readonly number[];
}

/** NumPy broadcasting; a symbolic size matches itself and 1. */
export function broadcast(op: string, a: Type, b: Type): readonly Dim[] {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a.shape[a.shape.length - rank + i] ?? 1;
    const y = b.shape[b.shape.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) reject(op, 'shapes that broadcast', [a, b]);
    return x === 1 ? y : x;
  });
}

/** An axis counted from the front; throws when out of range. */
export function axisOf(op: string, axis: number, type: Type): number {
  const rank = type.shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    reject(op, `an axis of −${rank} … ${rank - 1} (asked for ${axis})`, [type]);
  return axis < 0 ? axis + rank : axis;
}

/** An axis to reduce; a type without elements is refused, for ONNX Runtime does not reduce it. */
export function reducedAxis(op: string, axis: number, type: Type): number {
  if (type.shape.includes(0)) reject(op, 'elements to reduce', [type]);
  return axisOf(op, axis, type);
}

export const sameShape = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);
