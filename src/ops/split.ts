/** One axis in parts. */
import { applyAll, i64, type Op, type Value } from '../graph/index.ts';
import { axisOf, reject } from './check.ts';
import { zerosLike } from './gather.ts';
import { concat } from './shape.ts';

const Split: Op<{ axis: number; sizes: readonly number[] }> = {
  name: 'Split',
  infer([x], { axis, sizes }) {
    const at = axisOf('Split', axis, x!);
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    if (sizes.some(size => size < 1) || whole !== x!.shape[at])
      reject('Split', `parts [${sizes}] that make up axis ${axis}`, [x!]);
    return sizes.map(size => ({ dtype: x!.dtype, shape: x!.shape.map((dim, i) => (i === at ? size : dim)) }));
  },
  emit: ({ axis, sizes }) => ({ attributes: { axis: { int: axis } }, constants: [i64(sizes)] }),
  vjp: (dys, { outputs, attrs }) => [
    concat(
      dys.map((dy, i) => dy ?? zerosLike(outputs[i]!)),
      attrs.axis,
    ),
  ],
  cases: [],
};

/** Consecutive parts of these sizes along one axis. */
export const split = (x: Value, axis: number, sizes: readonly number[]): readonly Value[] =>
  sizes.length === 1 ? [x] : applyAll(Split, [x], { axis, sizes });

export const splitOps: readonly Op[] = [Split as Op];
