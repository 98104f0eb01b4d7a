/** Element types, by ONNX's names. */
export type DType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool' | 'string';

export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[];

/** Dense values in row-major order; `bool` is one byte an element. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Number of elements of a static shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

function checked<T extends Tensor>(tensor: T): T {
  if (tensor.data.length !== sizeOf(tensor.shape)) {
    throw new RangeError(
      `a tensor of shape [${tensor.shape}] has ${sizeOf(tensor.shape)} elements, got ${tensor.data.length}`,
    );
  }
  return tensor;
}

/** A float32 tensor; a Float32Array is taken without copying. */
export function f32(data: Float32Array | readonly number[], shape: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) });
}

export function i32(data: Int32Array | readonly number[], shape: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: 'int32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) });
}

export function i64(data: readonly number[], shape: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: 'int64', shape, data: BigInt64Array.from(data, BigInt) });
}

export function u8(data: Uint8Array | readonly number[], shape: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: 'uint8', shape, data: data instanceof Uint8Array ? data : Uint8Array.from(data) });
}

export function bools(data: readonly boolean[], shape: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: 'bool', shape, data: Uint8Array.from(data, Number) });
}

export function strings(data: readonly string[], shape: readonly number[] = [data.length]): Tensor {
  return checked({ dtype: 'string', shape, data });
}

/** The float32 values of a tensor; throws when it holds another type. */
export function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array))
    throw new TypeError(`expected a float32 tensor, got ${tensor?.dtype ?? 'none'}`);
  return tensor.data;
}
