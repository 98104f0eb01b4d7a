import type { Value } from '../graph/index.ts';
import type { Site } from './form.ts';
import { type Forms, layOut } from './layout.ts';
import { rewrite } from './rewrite.ts';
import { rules } from './rules.ts';
import { share } from './share.ts';

/** What one trip of a training loop hands on. */
export interface LoopBody {
  readonly state: readonly Value[];
  readonly emit: readonly Value[];
}

/** A body that was lowered, and its convolutions. */
interface Lowered extends LoopBody {
  readonly sites: readonly Site[];
}

/** The same computation in the form that runs fastest; the plain form is the oracle of its tests. */
export function lower({ state, emit }: LoopBody, forms: Forms = {}): Lowered {
  const { values, sites } = layOut([...state, ...emit], forms);
  const outputs = share(rewrite(values, rules));
  return { state: outputs.slice(0, state.length), emit: outputs.slice(state.length), sites };
}
