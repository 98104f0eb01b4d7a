import {
  canvasContext,
  csvText,
  type DrawContext,
  type Numbers,
  type Palette,
  palettes,
  svgContext,
} from 'hillock/draw';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { says as saysOf } from '../state/says.ts';
import { shownTheme } from '../state/settings.ts';
import { Button } from './Button.tsx';
import { pngOf, save } from './save.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
}

export interface CanvasProps {
  /** What the picture shows, as its name. */
  readonly title: string;
  /** What one sees in it, in a sentence with its numbers. */
  readonly summary: string;
  readonly draw: (context: DrawContext, frame: Frame) => void;
  /** Height for a width, in pixels. */
  readonly height: number | ((width: number) => number);
  readonly says: string;
  /** Where the pointer is, in pixels of the picture. */
  readonly onPoint?: (x: number, y: number, frame: Frame, event: PointerEvent) => void;
  readonly onLeave?: () => void;
  /** The name of its files, and its numbers, where it can be taken away. */
  readonly file?: { readonly name: string; readonly numbers: () => Numbers };
  /** A part of the picture that lies over the rest, transparent, and is painted before it, only when one of `of` changes. */
  readonly over?: { readonly of: readonly unknown[]; readonly draw: CanvasProps['draw'] };
  /** What lies over the picture. */
  readonly children?: ComponentChildren;
}

/** A picture that fits its place and theme, and follows what it is drawn from. */
export function Canvas({ title, summary, draw, height, says, onPoint, onLeave, file, over, children }: CanvasProps) {
  const host = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const latest = useRef({ draw, height, over });
  const painted = useRef<readonly unknown[]>([]);
  const frame = useRef<Frame>({ width: 0, height: 0, palette: palettes.light });
  latest.current = { draw, height, over };

  const paint = useRef(0);
  const soon = (): void => {
    if (paint.current) return;
    paint.current = requestAnimationFrame(() => {
      paint.current = 0;
      if (!host.current || !canvas.current) return;
      const { draw, height, over } = latest.current;
      const next = frameOf(host.current, height);
      frame.current = next;
      if (over && above.current) {
        const made = [...over.of, next.width, next.height, next.palette, devicePixelRatio];
        if (made.length !== painted.current.length || made.some((one, i) => one !== painted.current[i])) {
          painted.current = made;
          paintOn(above.current, next, over.draw);
        }
      }
      paintOn(canvas.current, next, draw);
    });
  };
  useEffect(() => {
    const sizes = new ResizeObserver(soon);
    sizes.observe(host.current!);
    return () => {
      sizes.disconnect();
      cancelAnimationFrame(paint.current);
      paint.current = 0;
    };
  }, []);
  shownTheme.value;
  useLayoutEffect(soon);

  const point = (event: PointerEvent): void => {
    const box = canvas.current!.getBoundingClientRect();
    onPoint?.(event.clientX - box.left, event.clientY - box.top, frame.current, event);
  };
  return (
    <figure class="picture" ref={host} {...saysOf(says)}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${title}. ${summary}`}
        onPointerMove={onPoint && point}
        onPointerDown={onPoint && point}
        onPointerLeave={onLeave}
      />
      {over && <canvas class="above" ref={above} />}
      {children}
      {file && (
        <Files title={title} file={file} svg={() => svgOf(`${title}. ${summary}`, [draw, over?.draw], frame.current)} />
      )}
    </figure>
  );
}

function svgOf(title: string, parts: readonly (CanvasProps['draw'] | undefined)[], frame: Frame): string {
  const context = svgContext(frame.width, frame.height, { title, background: frame.palette.background });
  for (const draw of parts) draw?.(context, frame);
  return context.svg();
}

/** The picture as SVG and PNG, its numbers as CSV. */
function Files({
  title,
  file,
  svg,
}: { readonly title: string; readonly svg: () => string } & Required<Pick<CanvasProps, 'file'>>) {
  const { name, numbers } = file;
  const kinds: readonly (readonly [kind: string, says: string, take: () => void])[] = [
    [
      'SVG',
      'The picture as a file that stays sharp at any size.',
      () => save(`${name}.svg`, new Blob([svg()], { type: 'image/svg+xml' })),
    ],
    ['PNG', 'The picture as pixels, twice as fine.', () => void pngOf(svg()).then(blob => save(`${name}.png`, blob))],
    [
      'CSV',
      'The numbers of the picture as comma-separated values.',
      () => save(`${name}.csv`, new Blob([csvText(numbers())], { type: 'text/csv' })),
    ],
  ];
  return (
    <div class="row files">
      {kinds.map(([kind, says, take]) => (
        <Button key={kind} label={`${title} as ${kind}`} onClick={take} says={says}>
          {kind}
        </Button>
      ))}
    </div>
  );
}

function frameOf(host: HTMLElement, height: CanvasProps['height']): Frame {
  const width = Math.floor(host.clientWidth);
  const tall = Math.round(typeof height === 'number' ? height : height(width));
  return { width, height: tall, palette: palettes[shownTheme.peek()] };
}

function paintOn(canvas: HTMLCanvasElement, frame: Frame, draw: CanvasProps['draw']): void {
  const { width, height } = frame;
  const ratio = Math.min(devicePixelRatio || 1, 3);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  if (!context || width === 0) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  draw(canvasContext(context), frame);
}
