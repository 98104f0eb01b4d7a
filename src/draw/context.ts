/** What drawers paint on: the part of CanvasRenderingContext2D that they use, and pixels. */

/** A picture of 8-bit RGB pixels, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

type CanvasPart = Pick<
  CanvasRenderingContext2D,
  | 'save'
  | 'restore'
  | 'translate'
  | 'rotate'
  | 'scale'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'bezierCurveTo'
  | 'arc'
  | 'rect'
  | 'closePath'
  | 'setLineDash'
> & {
  fillStyle: string | CanvasGradient | CanvasPattern;
  strokeStyle: string | CanvasGradient | CanvasPattern;
  lineWidth: number;
  lineCap: CanvasLineCap;
  lineJoin: CanvasLineJoin;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  fill(): void;
  stroke(): void;
  clip(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
};

/** The subset of CanvasRenderingContext2D that drawers use; units are CSS pixels, y grows downwards. */
export interface DrawContext extends CanvasPart {
  /** Paints a picture into a rectangle, each pixel a sharp square. */
  pixels(picture: Pixels, x: number, y: number, width: number, height: number): void;
}

/** A canvas's context as drawers take it; the context itself, with `pixels` added. */
/** One surface for each size of picture: they are painted many times a second. */
const surfaces = new Map<string, readonly [OffscreenCanvas, ImageData]>();
const mostSurfaces = 12;

function surfaceOf(width: number, height: number): readonly [OffscreenCanvas, ImageData] {
  const name = `${width} ${height}`;
  const known = surfaces.get(name);
  if (known) return known;
  if (surfaces.size >= mostSurfaces) surfaces.clear();
  const made = [new OffscreenCanvas(width, height), new ImageData(width, height)] as const;
  surfaces.set(name, made);
  return made;
}

export function canvasContext(context: CanvasRenderingContext2D): CanvasRenderingContext2D & DrawContext {
  return Object.assign(context, {
    pixels(picture: Pixels, x: number, y: number, width: number, height: number) {
      const [surface, image] = surfaceOf(picture.width, picture.height);
      for (let from = 0, to = 0; from < picture.rgb.length; from += 3, to += 4) {
        image.data[to] = picture.rgb[from]!;
        image.data[to + 1] = picture.rgb[from + 1]!;
        image.data[to + 2] = picture.rgb[from + 2]!;
        image.data[to + 3] = 255;
      }
      surface.getContext('2d')!.putImageData(image, 0, 0);
      context.imageSmoothingEnabled = false;
      context.drawImage(surface, x, y, width, height);
    },
  });
}
