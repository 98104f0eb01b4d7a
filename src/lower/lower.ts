import type { Value } from '../graph/index.ts';
import { type Forms, layOut } from './layout.ts';
import { rewrite } from './rewrite.ts';
import { rules } from './rules.ts';
import { share } from './share.ts';

/** What one trip of a training loop hands on. */
export interface LoopBody {
  readonly state: readonly Value[];
  readonly emit: readonly Value[];
}

/** The same computation in the form that runs fastest; the plain form is the oracle of its tests. */
export function lower({ state, emit }: LoopBody, forms: Forms = {}): LoopBody {
  const outputs = share(rewrite(layOut([...state, ...emit], forms), rules));
  return { state: outputs.slice(0, state.length), emit: outputs.slice(state.length) };
}
