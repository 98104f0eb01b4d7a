import type { DrawContext } from './context.ts';
import type { Palette } from './palette.ts';

/** A rectangle in CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How large a picture is and in which colours. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
}

/** The numbers of a picture, for those who read rather than see it, and for CSV. */
export interface Numbers {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Paints a model into the whole of its look; the background is left as it is. */
export type Drawer<Model> = (context: DrawContext, model: Model, look: Look) => void;

const family = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** The font of a size in pixels. */
export const font = (size: number, weight: 400 | 600 = 400): string => `${weight} ${size}px ${family}`;

/** A number's text with a minus sign in the place of its hyphen. */
export const signed = (text: string): string => text.replace(/^-(?=[\d.]|inf)/, '−');

/** Text cut to a width, with an ellipsis where something is left out; uses the context's font. */
export function fitted(context: DrawContext, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && context.measureText(`${letters.join('')}…`).width > width) letters.pop();
  return `${letters.join('')}…`;
}

const cell = (value: string | number | null): string => {
  const text = value === null || (typeof value === 'number' && !Number.isFinite(value)) ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Numbers as comma-separated values (RFC 4180), the head first. */
export const csvText = ({ head, rows }: Numbers): string =>
  [head, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('');
