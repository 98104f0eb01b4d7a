/** One text for two languages: what stands between ‹ and › in the fixed parts of a template is for TypeScript alone. */
export type Script = (parts: TemplateStringsArray, ...values: readonly (string | number)[]) => string;

const joined =
  (fixed: (part: string) => string): Script =>
  (parts, ...values) =>
    parts.map((part, i) => fixed(part) + (i < values.length ? String(values[i]) : '')).join('');

export const typescript: Script = joined(part => part.replace(/[‹›]/g, ''));
export const javascript: Script = joined(part => part.replace(/‹[^›]*›/g, ''));

/** A function of the written file, and those that it calls. */
export interface Helper {
  readonly text: (t: Script) => string;
  readonly needs?: readonly Helper[];
}

/** Helpers and all that they need, each once and after what it needs. */
export function allHelpers(helpers: Iterable<Helper>): readonly Helper[] {
  const found = new Set<Helper>();
  const add = (helper: Helper): void => {
    helper.needs?.forEach(add);
    found.add(helper);
  };
  for (const helper of helpers) add(helper);
  return [...found];
}
