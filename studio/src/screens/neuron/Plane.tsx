import { signal } from '@preact/signals';
import { drawPlane, type Plot, scatterNumbers } from 'hillock/draw';
import { neuron } from 'hillock/neuron';
import { Button } from '../../parts/Button.tsx';
import { bound } from '../../parts/bound.ts';
import { Canvas } from '../../parts/Canvas.tsx';
import { Segments } from '../../parts/Choice.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { addressOf } from '../../state/url.ts';
import { pointSets } from './points.ts';
import { activationRecord, bias, biased, data, row, setInput, spec } from './state.ts';

type Tool = 'look' | 'zero' | 'one';
const tool = signal<Tool>('look');
const typed = { x1: signal(0.5), x2: signal(0.5) };

/** The plane of the first two inputs. */
export function Plane() {
  const { weights } = spec.value;
  const range = rangeOf();
  const right = data.value.filter(({ target, ...at }) => classAt(at) === target).length;
  const isXor = JSON.stringify(data.value) === JSON.stringify(pointSets.xor.points);
  let plot: Plot | undefined;
  return (
    <Section
      id="plane"
      title="What it can tell apart"
      aside={
        <div class="row">
          {Object.values(pointSets).map(({ title, points }) => (
            <Button
              key={title}
              pressed={JSON.stringify(points) === JSON.stringify(data.value)}
              onClick={() => {
                data.value = points;
              }}
              says={`${title} of two inputs: four points and what the neuron should answer.`}
            >
              {title}
            </Button>
          ))}
          <Button
            onClick={() => {
              data.value = [];
            }}
            says="Takes all points away, so that you can set your own."
          >
            Clear
          </Button>
        </div>
      }
    >
      <Canvas
        title="The plane of x₁ and x₂"
        file={{ name: 'plane', numbers: () => scatterNumbers(picture(range)) }}
        summary={`The neuron's line is ${lineText()}; ${right} of ${data.value.length} points lie on the right side`}
        height={width => Math.min(340, width * 0.8)}
        draw={(context, look) => {
          plot = drawPlane(context, picture(range), look);
        }}
        onPoint={(x, y, _, event) => {
          if (!plot || (event.type !== 'pointerdown' && event.buttons === 0)) return;
          const at = {
            x1: round(range[0] + ((x - plot.box.x) / plot.box.width) * (range[1] - range[0])),
            x2: round(range[1] - ((y - plot.box.y) / plot.box.height) * (range[1] - range[0])),
          };
          if (tool.value === 'look') {
            setInput(0, at.x1);
            if (weights.length > 1) setInput(1, at.x2);
          } else if (event.type === 'pointerdown') add(at);
        }}
        says="Colour is ŷ at each place; the line is where z = 0; the arrow shows the way the weights point, where z grows."
      />
      <p class="note">
        Line: <b>{lineText()}</b>. {right} of {data.value.length} points right.
        {isXor && (
          <>
            {' '}
            One line cannot tell XOR apart: <a href={addressOf('network', { data: 'xor' })}>a network can</a>.
          </>
        )}
      </p>
      <Segments<Tool>
        label="A click in the plane"
        {...bound(tool)}
        options={[
          { value: 'look', title: 'moves the inputs' },
          { value: 'zero', title: 'adds a point of 0' },
          { value: 'one', title: 'adds a point of 1' },
        ]}
        says="What the pointer does in the plane."
      />
      <div class="row typed">
        <NumberField label="x₁" {...bound(typed.x1)} says="First input of a point to add." />
        <NumberField label="x₂" {...bound(typed.x2)} says="Second input of a point to add." />
        {[0, 1].map(target => (
          <Button
            key={target}
            onClick={() => addPoint({ x1: typed.x1.value, x2: typed.x2.value, target })}
            says={`Adds the point where the neuron should answer ${target}.`}
          >
            Add {target}
          </Button>
        ))}
      </div>
    </Section>
  );
}

const round = (value: number): number => Number(value.toFixed(2));
const addPoint = (point: { readonly x1: number; readonly x2: number; readonly target: number }): void => {
  data.value = [...data.value, point];
};
const add = (at: { readonly x1: number; readonly x2: number }): void => {
  addPoint({ ...at, target: tool.value === 'one' ? 1 : 0 });
};

/** The inputs of a place in the plane; inputs beyond the second stay where they are. */
const at = ({ x1, x2 }: { readonly x1: number; readonly x2: number }): readonly number[] =>
  row.value.map((x, i) => (i === 0 ? x1 : i === 1 ? x2 : x));

/** 1 where ŷ is above the middle of the activation's range, or above 0.5 where that has no end. */
function classAt(place: { readonly x1: number; readonly x2: number }): number {
  const [low, high] = activationRecord.value.range;
  const middle = Number.isFinite(low) && Number.isFinite(high) ? (low + high) / 2 : 0.5;
  return neuron(spec.value).fire(at(place)).y > middle ? 1 : 0;
}

function rangeOf(): readonly [number, number] {
  const reach = Math.max(
    1.5,
    ...data.value.flatMap(({ x1, x2 }) => [Math.abs(x1), Math.abs(x2)]),
    Math.abs(row.value[0] ?? 0),
    Math.abs(row.value[1] ?? 0),
  );
  return [-reach * 1.1, reach * 1.1];
}

const constant = (): number =>
  row.value.slice(2).reduce((sum, x, i) => sum + x * spec.value.weights[i + 2]!, biased.value ? bias.value : 0);

function lineText(): string {
  const [w1 = 0, w2 = 0] = spec.value.weights;
  const b = constant();
  const part = (value: number, name: string): string => ` ${value < 0 ? '−' : '+'} ${shown(Math.abs(value))}${name}`;
  return `${shown(w1)}x₁${part(w2, 'x₂')}${part(b, '')} = 0`;
}

const cells = 48;

function picture(range: readonly [number, number]) {
  const n = neuron(spec.value);
  const [w1 = 0, w2 = 0] = spec.value.weights;
  const record = activationRecord.value;
  const span = range[1] - range[0];
  const values = Float64Array.from({ length: cells * cells }, (_, i) => {
    const x1 = range[0] + (((i % cells) + 0.5) / cells) * span;
    const x2 = range[1] - ((Math.floor(i / cells) + 0.5) / cells) * span;
    return n.fire(at({ x1, x2 })).y;
  });
  const [low, high] = record.range;
  const middle = low === 0 && high === 1 ? 0.5 : 0;
  const most = Math.max(...values.map(value => Math.abs(value - middle)), 1e-9);
  const group = (target: number) =>
    data.value.filter(point => point.target === target).map(({ x1, x2 }) => [x1, x2] as const);
  return {
    caption: 'the plane of two inputs',
    x: { label: 'x₁', range },
    y: { label: 'x₂', range },
    groups: [
      { label: 'should be 1', points: group(1), index: 0 },
      { label: 'should be 0', points: group(0), index: 1 },
    ],
    surface: {
      values: values.map(value => (value - middle) * (middle === 0.5 ? 1.2 : 0.6 / most)),
      rows: cells,
      columns: cells,
      scale: 'signed' as const,
      range: [-1, 1] as const,
      x: range,
      y: range,
    },
    radius: 7,
    line: { w1, w2, b: constant() },
    here: [row.value[0] ?? 0, row.value[1] ?? 0] as const,
  };
}
