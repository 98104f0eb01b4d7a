/** The first five are used; the others are left out. */
export const roleNames = [
  'numeric',
  'category',
  'both',
  'date',
  'presence',
  'identifier',
  'text',
  'constant',
  'empty',
  'ignored',
] as const;

export type Role = (typeof roleNames)[number];
