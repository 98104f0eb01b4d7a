/** A drawing context that remembers what was painted, for tests. */
import type { DrawContext } from './context.ts';
import { svgContext } from './svg.ts';

/** One call of a context, with the style it was made in. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly fill: string;
  readonly stroke: string;
  readonly lineWidth: number;
  readonly alpha: number;
  readonly dash: readonly number[];
}

export interface Recording {
  readonly context: DrawContext;
  readonly calls: readonly Call[];
  /** The texts that were written, in their order. */
  texts(): readonly string[];
  named(name: string): readonly Call[];
}

/** A context of which every call is kept; text is as wide as SVG's. */
export function recording(): Recording {
  const calls: Call[] = [];
  const svg = svgContext(1, 1);
  let dash: readonly number[] = [];
  const dashes: (readonly number[])[] = [];
  const context = new Proxy<DrawContext>(svg, {
    get(target, key) {
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== 'function' || key === 'measureText') return value;
      return (...args: unknown[]) => {
        if (key === 'setLineDash') dash = [...(args[0] as number[])];
        if (key === 'save') dashes.push(dash);
        if (key === 'restore') dash = dashes.pop() ?? [];
        const { fillStyle, strokeStyle, lineWidth, globalAlpha } = target;
        const style = { fill: String(fillStyle), stroke: String(strokeStyle), lineWidth, alpha: globalAlpha, dash };
        calls.push({ name: String(key), args, ...style });
        return (value as (...given: unknown[]) => unknown)(...args);
      };
    },
  });
  return {
    context,
    calls,
    texts: () => calls.filter(({ name }) => name === 'fillText').map(({ args }) => String(args[0])),
    named: name => calls.filter(call => call.name === name),
  };
}
