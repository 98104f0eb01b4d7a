import type { Rule } from './rewrite.ts';

/** The rules, tried in this order at every node. */
export const rules: readonly Rule[] = [];
