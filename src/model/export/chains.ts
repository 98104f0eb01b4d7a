/** Layers as lines of code: each gives a variable its next value. */
import type { PlacedLayer } from '../../nn/index.ts';

export interface CodeLine {
  readonly variable: string;
  /** The first line of its variable. */
  readonly declares: boolean;
  readonly expression: string;
}

/** The expression of what a layer makes of a variable; its own layers are variables too. `null`: the same numbers. */
export type Expression = (layer: PlacedLayer, x: string, nested: Readonly<Record<string, string>>) => string | null;

export interface CodeLines {
  readonly lines: readonly CodeLine[];
  /** The variable that holds what comes out. */
  readonly result: string;
}

/** The lines of layers one after the other on `from`, in a variable called `variable` and others named after it. */
export function codeLines(
  layers: readonly PlacedLayer[],
  from: string,
  variable: string,
  expression: Expression,
): CodeLines {
  const lines: CodeLine[] = [];
  let declared = from === variable;
  let x = from;
  layers.forEach((layer, i) => {
    const nested = Object.fromEntries(
      layer.nested.map(({ field, layers: inside }) => {
        const own = codeLines(inside, x, `${variable}_${i + 1}_${field}`, expression);
        lines.push(...own.lines);
        return [field, own.result];
      }),
    );
    const made = expression(layer, x, nested);
    if (made === null) return;
    lines.push({ variable, declares: !declared, expression: made });
    declared = true;
    x = variable;
  });
  return { lines, result: x };
}
