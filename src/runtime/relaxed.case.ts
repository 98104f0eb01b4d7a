/** Relaxed SIMD as browsers have it, for tests. */
import { setFlagsFromString } from 'node:v8';
import { fusesMultiplyAdds } from './fused-products.ts';

/** Switches it on where this Node has it behind a flag (20), and says whether it is there. */
export function enableRelaxedSimd(): boolean {
  if (!fusesMultiplyAdds()) setFlagsFromString('--experimental-wasm-relaxed-simd');
  return fusesMultiplyAdds();
}
