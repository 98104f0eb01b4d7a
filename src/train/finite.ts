/** Whether every number is finite; Infinity − Infinity and NaN − NaN are not 0. */
export function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i]! - values[i]! !== 0) return false;
  return true;
}
