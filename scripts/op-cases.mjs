/** Prints the cases of every op record as JSON, for scripts/golden.py (build first). */
import { ops } from '../dist/rooms/ops/index.js';

/** @param {string} _ @param {unknown} value */
const plain = (_, value) => {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return ArrayBuffer.isView(value) ? Array.from(/** @type {Float32Array} */ (value)) : value;
};

const cases = ops.flatMap(op =>
  op.cases.map((one, index) => {
    const { inputs, attrs, domain } = one;
    return { op: op.name, case: index, signature: JSON.stringify({ inputs, attrs, domain }, plain), ...one };
  }),
);
console.log(JSON.stringify(cases, plain));
