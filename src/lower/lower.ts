import type { Value } from '../graph/index.ts';
import type { Blocks } from './form.ts';
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
 * The same computation in the form that runs fastest; the plain form is the oracle of its tests. `blocks` = the runtime's own
 * convolutions in blocks of channels, null where it has none.
 */
export function lower({ state, emit }: LoopBody, blocks: Blocks | null = null): LoopBody {
  const outputs = share(rewrite(layOut([...state, ...emit], blocks), rules));
  return { state: outputs.slice(0, state.length), emit: outputs.slice(state.length) };
}
