import { drawHeatMap, type HeatMap } from 'hillock/draw';
import { Button } from '../../parts/Button.tsx';
import { bound, boundWhole } from '../../parts/bound.ts';
import { Canvas } from '../../parts/Canvas.tsx';
import { Formula, Value } from '../../parts/Formula.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { convolve, kernels, patchAt, pictures, placesOf, type Square } from './convolution.ts';
import { OwnPicture } from './OwnPicture.tsx';
import { at, bias, dilation, image, imageSize, kernel, padding, stride } from './state.ts';

const square = (values: readonly number[]): Square => ({ size: Math.round(Math.sqrt(values.length)), values });
const same = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();

/** A filter that moves over a picture, with the products of the place where it stands. */
export function Filter() {
  const [picture, filter] = [square(image.value), square(kernel.value)];
  const moves = { padding: padding.value, stride: stride.value, dilation: dilation.value };
  const places = placesOf(imageSize, filter.size, moves);
  const row = Math.min(at.value[0] ?? 0, Math.max(0, places - 1));
  const column = Math.min(at.value[1] ?? 0, Math.max(0, places - 1));
  const go = (r: number, c: number): void => {
    const within = (value: number): number => Math.min(places - 1, Math.max(0, value));
    at.value = [within(r), within(c)];
  };
  const map = places > 0 ? convolve(picture, filter, bias.value, moves) : { size: 0, values: [] };
  const patch = places > 0 ? patchAt(picture, filter, moves, row, column) : [];
  const sum = patch.reduce((total, { x, w }) => total + x * w, 0);
  const edge = { padding: 'Padding: zeros around the picture.', stride: 'Stride: how far the kernel moves each time.' };
  return (
    <>
      <Section
        id="picture"
        title="Picture"
        aside={
          <div class="row">
            <OwnPicture />
            {Object.values(pictures).map(({ title, values }) => (
              <Button
                key={title}
                pressed={same(values, image.value)}
                onClick={() => {
                  image.value = values;
                }}
                says={`The picture: ${title}.`}
              >
                {title}
              </Button>
            ))}
          </div>
        }
      >
        <NumberMap
          title="The picture, a channel of numbers"
          map={picture}
          range={[-1, 1]}
          framed={patch.filter(({ inside }) => inside)}
          says="Click a pixel to set it to 1 or 0; the frame is where the kernel stands."
          onCell={(r, c, pressed) => {
            if (pressed) image.value = image.value.map((value, i) => (i === r * imageSize + c ? 1 - value : value));
          }}
        />
      </Section>
      <Section
        id="kernel"
        title="Kernel"
        aside={
          <div class="row">
            {Object.values(kernels).map(({ title, values }) => (
              <Button
                key={title}
                pressed={same(values, kernel.value)}
                onClick={() => {
                  kernel.value = values;
                }}
                says={`A kernel that finds ${title}.`}
              >
                {title}
              </Button>
            ))}
          </div>
        }
      >
        <div class="kernel" role="group" aria-label="Weights of the kernel">
          {kernel.value.map((value, i) => (
            <NumberField
              key={`k${i}`}
              label=""
              name={`kernel row ${Math.floor(i / 3) + 1}, column ${(i % 3) + 1}`}
              value={value}
              onChange={next => {
                kernel.value = kernel.value.map((one, k) => (k === i ? next : one));
              }}
              says="A weight of the kernel: the same at every place of the picture."
            />
          ))}
        </div>
        <div class="moves">
          <NumberField label="bias" {...bound(bias)} says="Added at every place." />
          <NumberField label="padding" {...boundWhole(padding)} step={1} least={0} most={4} says={edge.padding} />
          <NumberField label="stride" {...boundWhole(stride)} step={1} least={1} most={5} says={edge.stride} />
          <NumberField
            label="dilation"
            {...boundWhole(dilation)}
            step={1}
            least={1}
            most={6}
            says="Dilation: how far apart the kernel's weights look."
          />
        </div>
        <Formula
          says="How many places the kernel has each way: what is left of the picture, divided by the stride."
          spoken={`output size ${places}`}
        >
          <mtext>size</mtext>
          <mo>=</mo>
          <mo>⌊</mo>
          <mfrac>
            <mrow>
              <mn>{imageSize}</mn>
              <mo>+</mo>
              <mn>2</mn>
              <mo>·</mo>
              <mn>{padding.value}</mn>
              <mo>−</mo>
              <mn>{dilation.value}</mn>
              <mo>·</mo>
              <mtext>(</mtext>
              <mn>3</mn>
              <mo>−</mo>
              <mn>1</mn>
              <mtext>)</mtext>
              <mo>−</mo>
              <mn>1</mn>
            </mrow>
            <mn>{stride.value}</mn>
          </mfrac>
          <mo>⌋</mo>
          <mo>+</mo>
          <mn>1</mn>
          <mo>=</mo>
          <Value of={places} />
        </Formula>
        {places < 1 && (
          <Problem
            message="The kernel is larger than the picture with its padding: there is no place for it."
            hint="Less dilation or more padding."
          />
        )}
      </Section>
      <Section id="map" title="Feature map">
        {places > 0 && (
          <>
            <div
              class="walk"
              role="group"
              tabIndex={0}
              aria-label={`Feature map, row ${row + 1}, column ${column + 1}, ${shown(sum + bias.value)}; arrow keys move the kernel`}
              {...says('The arrow keys move the kernel from place to place.')}
              onKeyDown={event => {
                const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
                if (!step) return;
                event.preventDefault();
                go(row + step[0]!, column + step[1]!);
              }}
            >
              <NumberMap
                title="The feature map"
                map={map}
                framed={[{ row, column }]}
                says="What the filter answers at each place; point at one to see its products."
                onCell={(r, c) => go(r, c)}
              />
            </div>
            <Formula
              says="The number of this place: each of the nine pixels times its weight, added up, plus the bias."
              spoken={`sum ${shown(sum)} plus bias ${shown(bias.value)} is ${shown(sum + bias.value)}`}
            >
              <mtable>
                {[0, 1, 2].map(r => (
                  <mtr key={`r${r}`}>
                    {patch.slice(3 * r, 3 * r + 3).map(({ x, w }, c) => (
                      <mtd key={`c${c}`}>
                        <mrow class={w < 0 ? 'term negative' : 'term positive'}>
                          {(r > 0 || c > 0) && <mo>+</mo>}
                          <Value of={x} />
                          <mo>·</mo>
                          <Value of={w} bracketed />
                        </mrow>
                      </mtd>
                    ))}
                  </mtr>
                ))}
              </mtable>
              <mo>+</mo>
              <Value of={bias.value} bracketed />
              <mo>=</mo>
              <mrow class="result">
                <Value of={sum + bias.value} />
              </mrow>
            </Formula>
            <p class="note">
              ReLU makes {shown(Math.max(0, sum + bias.value))} of it. Nine weights and a bias serve all{' '}
              {places * places} places; a dense layer would need {imageSize * imageSize * places * places} weights.
            </p>
          </>
        )}
      </Section>
    </>
  );
}

interface MapProps {
  readonly title: string;
  readonly map: Square;
  /** The ends of its colours; those of its numbers unless told. */
  readonly range?: readonly [number, number];
  readonly framed: readonly { readonly row: number; readonly column: number }[];
  readonly says: string;
  readonly onCell: (row: number, column: number, pressed: boolean) => void;
}

function NumberMap({ title, map, range, framed, says: about, onCell }: MapProps) {
  const picture: HeatMap = {
    caption: title,
    values: map.values,
    rows: map.size,
    columns: map.size,
    scale: 'signed',
    ...(range ? { range } : {}),
    square: true,
    key: false,
  };
  let box = { x: 0, y: 0, width: 1, height: 1 };
  return (
    <Canvas
      title={title}
      summary={`${map.size} by ${map.size} numbers, from ${shown(Math.min(...map.values))} to ${shown(Math.max(...map.values))}`}
      height={width => Math.min(300, width)}
      draw={(context, look) => {
        box = drawHeatMap(context, picture, look);
        const cell = box.width / map.size;
        context.strokeStyle = look.palette.classes[4]!;
        context.lineWidth = 2.5;
        for (const { row, column } of framed)
          context.strokeRect(box.x + column * cell + 1, box.y + row * cell + 1, cell - 2, cell - 2);
      }}
      onPoint={(x, y, _, event) => {
        const [row, column] = [
          Math.floor(((y - box.y) / box.height) * map.size),
          Math.floor(((x - box.x) / box.width) * map.size),
        ];
        if (row >= 0 && column >= 0 && row < map.size && column < map.size)
          onCell(row, column, event.type === 'pointerdown');
      }}
      says={about}
    />
  );
}
