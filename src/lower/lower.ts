import type { Value } from '../graph/index.ts';
import { layOut } from './layout.ts';
import { rewrite } from './rewrite.ts';
import { rules } from './rules.ts';
import { share } from './share.ts';

/** What one trip of a training loop hands on. */
export interface LoopBody {
  readonly state: readonly Value[];
  readonly emit: readonly Value[];
}

/**
 * The same computation in the form that runs fastest; the plain form is the oracle of its tests. `block` = how many channels
 * the runtime's own convolutions hold together, null where it has none.
 */
export function lower({ state, emit }: LoopBody, block: number | null = null): LoopBody {
  const outputs = share(rewrite(layOut([...state, ...emit], block), rules));
  return { state: outputs.slice(0, state.length), emit: outputs.slice(state.length) };
}
