import { useSignal } from '@preact/signals';
import type { RowsAnswer } from 'hillock/studio';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { loaded } from '../../api/load.ts';
import { Button } from '../../parts/Button.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { images, source } from './state.ts';

const some = 60;
type Picture = RowsAnswer['images'][number];

/** Classes of images, and the images themselves. */
export function Pictures() {
  const { classes, rows, testRows, shape } = images.value!;
  const from = source.value;
  const pictures = useSignal<readonly Picture[]>([]);
  const next = useMemo(() => loaded<void>(), []);
  const more = (): Promise<void> =>
    next.load(async signal => {
      const found = await api.rows(from, pictures.peek().length, some);
      if (!signal.aborted) pictures.value = [...pictures.peek(), ...found.images];
    });
  useEffect(() => {
    pictures.value = [];
    void more();
  }, [from]);
  const trouble = next.trouble.value;
  const most = Math.max(1, ...classes.map(one => one.rows));
  return (
    <>
      <Section id="classes" title={`${whole(classes.length)} classes`}>
        <ul class="classes">
          {classes.map(({ name, rows: count }) => (
            <li key={name} {...says(`${whole(count)} images are of the class ${name}.`)}>
              <span>{name}</span>
              <i style={{ inlineSize: `${(100 * count) / most}%` }} />
              <b>{whole(count)}</b>
            </li>
          ))}
        </ul>
      </Section>
      <Section
        id="images"
        title={`${whole(rows)} images of ${shape.join('×')}${testRows ? `, ${whole(testRows)} more to test` : ''}`}
      >
        <ul class="pictures">
          {pictures.value.map((picture, i) => (
            <Thumbnail key={`${from} ${i}`} picture={picture} shape={shape} index={i} />
          ))}
        </ul>
        {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
        {pictures.value.length < rows && (
          <Button disabled={next.busy.value} onClick={() => void more()} says={`Shows ${some} more images.`}>
            More images
          </Button>
        )}
      </Section>
    </>
  );
}

function Thumbnail(props: { readonly picture: Picture; readonly shape: readonly number[]; readonly index: number }) {
  const { picture, shape, index } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current!, picture.pixels, shape), [picture]);
  const name = `Image ${index + 1}, class ${picture.label ?? 'unknown'}`;
  return (
    <li {...says(`${name}.`)}>
      <canvas ref={canvas} role="img" aria-label={name} />
      <span>{picture.label ?? '–'}</span>
    </li>
  );
}

function paint(canvas: HTMLCanvasElement, pixels: readonly number[], shape: readonly number[]): void {
  const [height = 1, width = 1, channels = 1] = shape;
  canvas.width = width;
  canvas.height = height;
  const data = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data.data[4 * i + c] = pixels[i * channels + Math.min(c, channels - 1)]!;
    data.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(data, 0, 0);
}
