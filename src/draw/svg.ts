/** Pictures as SVG 1.1 text: a drawing context that writes down what is painted. */
import type { DrawContext, Pixels } from './context.ts';
import { encodePng } from './png.ts';

export interface SvgOptions {
  /** What the picture shows, for those who hear it. */
  readonly title?: string;
  readonly background?: string;
  /** What the identifiers begin with; another for each of several pictures in one page. */
  readonly prefix?: string;
}

export interface SvgContext extends DrawContext {
  /** The whole file so far. */
  svg(): string;
}

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

interface State {
  readonly fillStyle: DrawContext['fillStyle'];
  readonly strokeStyle: DrawContext['strokeStyle'];
  readonly lineWidth: number;
  readonly lineCap: CanvasLineCap;
  readonly lineJoin: CanvasLineJoin;
  readonly globalAlpha: number;
  readonly font: string;
  readonly textAlign: CanvasTextAlign;
  readonly textBaseline: CanvasTextBaseline;
}

interface Saved {
  readonly state: State;
  readonly dash: readonly number[];
  readonly matrix: Matrix;
  readonly groups: number;
}

const anchors: Readonly<Record<CanvasTextAlign, string>> = {
  left: 'start',
  start: 'start',
  center: 'middle',
  right: 'end',
  end: 'end',
};

/** How far the baseline lies below the point, in em; SVG's own names are not heeded by every program. */
const baselines: Readonly<Record<CanvasTextBaseline, number>> = {
  alphabetic: 0,
  ideographic: 0,
  bottom: -0.2,
  middle: 0.35,
  hanging: 0.75,
  top: 0.85,
};

const number = (value: number): string => String(Math.round(value * 100) / 100 || 0);

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML holds it; what XML cannot hold becomes a blank. */
export const escaped = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ').replace(/[&<>"]/g, letter => named[letter]!);

/** Width of a letter in em, near enough for any plain sans serif. */
function letterWidth(letter: string): number {
  if (/[ijltfI.,:;|!'()[\]]/.test(letter)) return 0.31;
  if (/[mwMW@%…—]/.test(letter)) return 0.86;
  if (/[A-Z]/.test(letter)) return 0.68;
  return letter.codePointAt(0)! >= 0x2e80 ? 1 : 0.57;
}

const sizeOf = (font: string): number => Number(font.match(/([\d.]+)px/)?.[1] ?? 10);

const base64 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

/** An empty picture of a size; paint on it as on a canvas, then take `svg()`. */
export function svgContext(width: number, height: number, options: SvgOptions = {}): SvgContext {
  const { title, background, prefix = 'p' } = options;
  const body: string[] = [];
  let path = '';
  let dash: readonly number[] = [];
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  let groups = 0;
  let clips = 0;
  const saved: Saved[] = [];

  const state: { -readonly [K in keyof State]: State[K] } = {
    fillStyle: '#000000',
    strokeStyle: '#000000',
    lineWidth: 1,
    lineCap: 'butt',
    lineJoin: 'miter',
    globalAlpha: 1,
    font: '10px sans-serif',
    textAlign: 'start',
    textBaseline: 'alphabetic',
  };

  const apply = ([a, b, c, d, e, f]: Matrix): void => {
    const [A, B, C, D, E, F] = matrix;
    matrix = [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
  };
  const placed = (): string =>
    matrix.join() === '1,0,0,1,0,0' ? '' : ` transform="matrix(${matrix.map(number).join(' ')})"`;
  const faded = (): string => (context.globalAlpha < 1 ? ` opacity="${number(context.globalAlpha)}"` : '');
  const filled = (): string => ` fill="${escaped(String(context.fillStyle))}"${faded()}`;
  const stroked = (): string =>
    ` fill="none" stroke="${escaped(String(context.strokeStyle))}" stroke-width="${number(context.lineWidth)}"${
      context.lineCap === 'butt' ? '' : ` stroke-linecap="${context.lineCap}"`
    }${context.lineJoin === 'miter' ? '' : ` stroke-linejoin="${context.lineJoin}"`}${
      dash.length > 0 ? ` stroke-dasharray="${dash.map(number).join(' ')}"` : ''
    }${faded()}`;
  const at = (x: number, y: number): string => `${number(x)} ${number(y)}`;
  const box = (x: number, y: number, w: number, h: number): string =>
    `x="${number(x)}" y="${number(y)}" width="${number(w)}" height="${number(h)}"`;

  const context: SvgContext = {
    ...state,
    save() {
      const { fillStyle, strokeStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign, textBaseline } =
        context;
      const now = { fillStyle, strokeStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign, textBaseline };
      saved.push({ state: now, dash, matrix, groups });
      groups = 0;
    },
    restore() {
      const before = saved.pop();
      if (!before) return;
      body.push('</g>'.repeat(groups));
      Object.assign(context, before.state);
      ({ dash, matrix, groups } = before);
    },
    translate: (x, y) => apply([1, 0, 0, 1, x, y]),
    rotate: angle => apply([Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0]),
    scale: (x, y) => apply([x, 0, 0, y, 0, 0]),
    setLineDash(segments) {
      dash = Array.from(segments);
    },
    beginPath() {
      path = '';
    },
    moveTo(x, y) {
      path += `M${at(x, y)}`;
    },
    lineTo(x, y) {
      path += `${path === '' ? 'M' : 'L'}${at(x, y)}`;
    },
    bezierCurveTo(ax, ay, bx, by, x, y) {
      path += `C${at(ax, ay)} ${at(bx, by)} ${at(x, y)}`;
    },
    arc(x, y, radius, from, to) {
      const point = (angle: number): string => at(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
      const half = (from + to) / 2;
      const part = `A${number(radius)} ${number(radius)} 0 0 ${to > from ? 1 : 0} `;
      path += `${path === '' ? 'M' : 'L'}${point(from)}${part}${point(half)}${part}${point(to)}`;
    },
    rect(x, y, w, h) {
      path += `M${at(x, y)}h${number(w)}v${number(h)}h${number(-w)}z`;
    },
    closePath() {
      path += 'z';
    },
    fill() {
      if (path) body.push(`<path d="${path}"${filled()}${placed()}/>`);
    },
    stroke() {
      if (path) body.push(`<path d="${path}"${stroked()}${placed()}/>`);
    },
    clip() {
      const id = `${prefix}-clip${clips++}`;
      body.push(`<clipPath id="${escaped(id)}"><path d="${path}"${placed()}/></clipPath>`);
      body.push(`<g clip-path="url(#${escaped(id)})">`);
      groups++;
    },
    fillRect(x, y, w, h) {
      body.push(`<rect ${box(x, y, w, h)}${filled()}${placed()}/>`);
    },
    strokeRect(x, y, w, h) {
      body.push(`<rect ${box(x, y, w, h)}${stroked()}${placed()}/>`);
    },
    fillText(text, x, y) {
      const size = sizeOf(context.font);
      const [, weight = '400', , family = 'sans-serif'] = context.font.match(/^(?:(\w+) )?([\d.]+)px (.*)$/) ?? [];
      const anchor = anchors[context.textAlign];
      body.push(
        `<text x="${number(x)}" y="${number(y + baselines[context.textBaseline] * size)}" font-size="${number(size)}" font-family="${escaped(family)}"${
          weight === '400' ? '' : ` font-weight="${weight}"`
        }${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}${filled()}${placed()}>${escaped(text)}</text>`,
      );
    },
    measureText: text => ({
      width: sizeOf(context.font) * [...text].reduce((sum, letter) => sum + letterWidth(letter), 0),
    }),
    pixels(picture: Pixels, x, y, w, h) {
      const data = base64(encodePng(picture));
      body.push(
        `<image ${box(x, y, w, h)} preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,${data}"${faded()}${placed()}/>`,
      );
    },
    svg() {
      const open = groups + saved.reduce((sum, one) => sum + one.groups, 0);
      const name = title === undefined ? ' aria-hidden="true"' : ` role="img" aria-label="${escaped(title)}"`;
      const ground = background ? `<rect width="100%" height="100%" fill="${escaped(background)}"/>` : '';
      const words = title === undefined ? '' : `<title>${escaped(title)}</title>`;
      return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${number(width)} ${number(height)}" width="${number(width)}" height="${number(height)}"${name}>${words}${ground}${body.join('')}${'</g>'.repeat(open)}</svg>`;
    },
  };
  return context;
}
