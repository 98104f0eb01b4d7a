/** Gradients of max pooling without scattering. */
import { apply, constant, constantTensor, f32, type Node, sizeOf, type Value } from '../graph/index.ts';
import { cast, equal, type MaxPoolAttrs, matMul, mul, positive, relu, reshape, scatterElements } from '../ops/index.ts';
import { madeBy, type Rule } from './rewrite.ts';

export interface PoolGradient {
  /** The pooling that tells where its maxima stand. */
  readonly pool: Node;
  /** `dy` scattered: the gradient, flat. */
  readonly scattered: Node;
  readonly dy: Value;
}

/** The parts of dy scattered to where the maxima stood, when `value` is that. */
export function pooledBy(value: Value | undefined): PoolGradient | null {
  const scattered = madeBy(madeBy(value, 'Reshape')?.inputs[0], 'ScatterElements');
  const pool = madeBy(madeBy(scattered?.inputs[1], 'Reshape')?.inputs[0], 'MaxPool');
  const dy = madeBy(scattered?.inputs[2], 'Reshape')?.inputs[0];
  return scattered && pool && dy ? { pool, scattered, dy } : null;
}

/** Windows side by side that fill maps of two axes. */
export function sideBySide({ inputs, attrs }: Node): boolean {
  const { kernel, strides, pads } = attrs as MaxPoolAttrs;
  const sizes = inputs[0]!.type.shape.slice(2) as readonly number[];
  const fits = kernel.every((size, i) => strides[i] === size && sizes[i]! % size === 0);
  return sizes.length === 2 && fits && pads.every(pad => pad === 0);
}

/**
 * What a pool gives, without the places of the maxima, which make it several times slower. Each map is an image of its own:
 * ONNX Runtime would bring images of many channels into blocks and back, which takes longer than the pool.
 */
function maxima({ op, inputs: [x], attrs, outputs: [y] }: Node): Value {
  const [batch, channels, ...sizes] = x!.type.shape as readonly number[];
  const alone = apply(op, [reshape(x!, [batch! * channels!, 1, ...sizes])], {
    ...(attrs as MaxPoolAttrs),
    indices: false,
  });
  return reshape(alone, y!.type.shape);
}

/** Max pooling of the maps one by one. */
export const poolOfMaps: Rule = node => {
  if (node.op.name !== 'MaxPool' || node.outputs.length > 1) return null;
  const { shape } = node.inputs[0]!.type;
  return shape.every(Number.isInteger) && shape[1] !== 1 ? maxima(node) : null;
};

/** Whether `spread` pays: wider rows would make the products with `firstOnly` dear. */
const isNarrow = ({ inputs, attrs }: Node): boolean =>
  (attrs as MaxPoolAttrs).kernel[0]! * (inputs[0]!.type.shape[3] as number) <= 96;

/**
 * Each window's gradient at the first place where x is its maximum. Rows of windows are handled together: a product with a 0/1
 * matrix widens them to the columns of x, one with `firstOnly` keeps the first of equal places.
 */
function spread({ pool, dy }: PoolGradient): Value {
  const [x, y] = [pool.inputs[0]!, maxima(pool)];
  const [height, width] = (pool.attrs as MaxPoolAttrs).kernel as readonly [number, number];
  const [rows, columns] = [sizeOf(y.type.shape.slice(0, 3) as number[]), x.type.shape[3] as number];
  const pooled = columns / width;
  const widen = (value: Value): Value =>
    reshape(matMul(reshape(value, [rows, pooled]), widening(pooled, width)), [rows, 1, columns]);
  const largest = cast(equal(reshape(x, [rows, height, columns]), widen(y)), 'float32');
  const place = height * columns;
  const first = relu(matMul(reshape(largest, [rows, place]), firstOnly(height, width, columns)));
  return reshape(mul(reshape(first, [rows, height, columns]), widen(dy)), x.type.shape);
}

/** [pooled, pooled·width]: repeats each column. */
function widening(pooled: number, width: number): Value {
  const columns = pooled * width;
  const values = new Float32Array(pooled * columns);
  for (let column = 0; column < columns; column++) values[Math.floor(column / width) * columns + column] = 1;
  return constant(f32(values, [pooled, columns]));
}

/** A square matrix over the places of a row of windows: a 1 stays positive unless a 1 comes before it in its window. */
function firstOnly(height: number, width: number, columns: number): Value {
  const places = height * columns;
  const values = new Float32Array(places * places);
  const rank = (place: number): number => Math.floor(place / columns) * width + ((place % columns) % width);
  const window = (place: number): number => Math.floor((place % columns) / width);
  for (let from = 0; from < places; from++)
    for (let to = 0; to < places; to++)
      if (window(from) === window(to)) values[from * places + to] = from === to ? 1 : rank(from) < rank(to) ? -1 : 0;
  return constant(f32(values, [places, places]));
}

/** The gradient of max pooling with windows side by side. */
export const poolGradient: Rule = node => {
  const found = pooledBy(node.outputs[0]);
  return found && sideBySide(found.pool) && isNarrow(found.pool) ? spread(found) : null;
};

/** The pool's gradient in a node that masks it by relu, which stands before the pool; dy is not masked yet. */
export function maskedPool({ op, inputs }: Pick<Node, 'op' | 'inputs'>): PoolGradient | null {
  const found = op.name === 'Mul' ? pooledBy(inputs[0]) : null;
  const above = madeBy(madeBy(inputs[1], 'Cast')?.inputs[0], 'Greater');
  const masks =
    above !== null && above.inputs[0] === found?.pool.inputs[0] && constantTensor(above.inputs[1]!)?.data[0] === 0;
  return found && masks ? found : null;
}

/** Relu before max pooling: its mask is taken from the pooled map, which is smaller. */
export const maskedPoolGradient: Rule = node => {
  const found = maskedPool(node);
  if (!found) return null;
  if (sideBySide(found.pool) && isNarrow(found.pool))
    return spread({ ...found, dy: mul(found.dy, positive(maxima(found.pool))) });
  const dy = mul(found.dy, positive(found.pool.outputs[0]!));
  const [zeros, indices, updates] = found.scattered.inputs as readonly [Value, Value, Value];
  return reshape(scatterElements(zeros.type, indices, reshape(dy, updates.type.shape)), node.outputs[0]!.type.shape);
};
