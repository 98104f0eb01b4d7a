import './picture.css';
import { useSignal } from '@preact/signals';
import { csvText, type Figure, figureNumbers, figureSvg, formatNumber, palettes } from 'hillock/draw';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { says as saysOf } from '../state/says.ts';
import { shownTheme } from '../state/settings.ts';
import { Button } from './Button.tsx';
import { pngOf, save } from './save.ts';

export interface PictureProps {
  readonly figure: Figure;
  /** What lies over the picture, given its width in pixels. */
  readonly over?: (width: number) => ComponentChildren;
  /** As wide as there is room. */
  readonly wide?: boolean;
}

const mostRows = 200;

/** A picture with its numbers: as a table for those who read it, as SVG, PNG and CSV to take away. */
export function Picture({ figure, over, wide = false }: PictureProps) {
  const host = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const palette = palettes[shownTheme.value];
  useEffect(() => {
    const sizes = new ResizeObserver(([entry]) => {
      width.value = Math.floor(entry!.contentRect.width);
    });
    sizes.observe(host.current!);
    return () => sizes.disconnect();
  }, []);
  const svg = useMemo(
    () => (width.value > 0 ? figureSvg(figure, { width: width.value, palette }) : ''),
    [figure, width.value, palette],
  );
  const file = (): string => figureSvg(figure, { width: Math.max(640, width.peek()), palette, ground: true });
  return (
    <figure class={wide ? 'drawn wide-drawn' : 'drawn'} {...saysOf(figure.says)}>
      <h3>{figure.title}</h3>
      <div class="drawing" ref={host} style={{ minHeight: `${figure.height}px` }}>
        <Drawn svg={svg} />
        {over && width.value > 0 && <div class="over">{over(width.value)}</div>}
      </div>
      <figcaption>{figure.says}</figcaption>
      <div class="row downloads">
        <Button
          onClick={() => save(`${figure.id}.svg`, new Blob([file()], { type: 'image/svg+xml' }))}
          says="The picture as a file that stays sharp at any size."
          label={`${figure.title} as SVG`}
        >
          SVG
        </Button>
        <Button
          onClick={() => void pngOf(file()).then(blob => save(`${figure.id}.png`, blob))}
          says="The picture as pixels, twice as fine as on the screen."
          label={`${figure.title} as PNG`}
        >
          PNG
        </Button>
        <Button
          onClick={() => save(`${figure.id}.csv`, new Blob([csvText(figureNumbers(figure))], { type: 'text/csv' }))}
          says="The numbers of the picture as comma-separated values."
          label={`${figure.title} as CSV`}
        >
          CSV
        </Button>
        <FigureTable figure={figure} />
      </div>
    </figure>
  );
}

/** Our own SVG, in which every text is escaped. */
function Drawn({ svg }: { readonly svg: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current!.innerHTML = svg;
  }, [svg]);
  return <div ref={place} />;
}

/** The numbers of a picture, folded away. */
function FigureTable({ figure }: { readonly figure: Figure }) {
  const open = useSignal(false);
  const { caption, head, rows } = useMemo(() => figureNumbers(figure), [figure]);
  return (
    <details
      onToggle={event => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary {...saysOf('The numbers of the picture as a table.')}>Numbers</summary>
      {open.value && (
        <section class="scrolling" tabIndex={0} aria-label={caption}>
          <table class="table">
            <caption class="reader">{caption}</caption>
            <thead>
              <tr>
                {head.map((name, i) => (
                  <th key={`${i} ${name}`} scope="col">
                    {name || <span class="reader">row</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, mostRows).map((row, r) => (
                <tr key={r}>
                  {row.map((cell, i) => (
                    <td key={i}>{typeof cell === 'number' ? formatNumber(cell, 5) : cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > mostRows && <p class="lead">{rows.length - mostRows} more in the CSV.</p>}
        </section>
      )}
    </details>
  );
}
