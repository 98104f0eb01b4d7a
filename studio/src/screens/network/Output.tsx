import { signal } from '@preact/signals';
import {
  type Curves,
  curvesNumbers,
  drawCurves,
  drawScatter,
  drawSurface,
  type Plot,
  type Surface,
  scatterNumbers,
} from 'hillock/draw';
import { useRef } from 'preact/hooks';
import { dataKinds } from '../../lab/data.ts';
import type { Range } from '../../lab/features.ts';
import type { LabFrame } from '../../lab/messages.ts';
import { Button } from '../../parts/Button.tsx';
import { bound } from '../../parts/bound.ts';
import { Canvas } from '../../parts/Canvas.tsx';
import { Segments, Switch } from '../../parts/Choice.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { axisNames, classNames, dataName, drawnPoints, outputs, samples, shownPart, task, testCount } from './data.ts';
import { answerCells, discrete, fitting, place, placeNow, settled, showTest } from './state.ts';

type Tool = 'look' | 'zero' | 'one';
const tool = signal<Tool>('look');

/** What the network answers all over the plane, over the samples. */
export function Output() {
  const frame = settled.value;
  const [x1, x2] = placeNow.value.map(value => Number(value.toFixed(3))) as [number, number];
  const y = frame?.here.y.get([...frame.here.y.keys()].at(-1)!);
  const [across, upward] = axisNames.value;
  const plot = useRef<Plot | undefined>(undefined);
  const answered = surface(fitting.value);
  const part = shownPart.value;
  const drawing = dataKinds[dataName.value].own === 'points';
  return (
    <Section id="output" title="Answer">
      <Canvas
        title="What the network answers all over the plane"
        file={{ name: 'answer', numbers: () => scatterNumbers(scatter()) }}
        summary={`${samples.value.length} samples; at ${across} ${shown(x1)}, ${upward} ${shown(x2)} the answer is ${answerText(y)}`}
        height={width => width * 0.96}
        draw={(context, look) => {
          if (plot.current && answered) drawSurface(context, answered, plot.current, look);
        }}
        over={{
          of: [samples.value, part, classNames.value, testCount.value, showTest.value, x1, x2],
          draw(context, look) {
            plot.current = drawScatter(context, scatter(), look);
            const { toX, toY } = plot.current;
            context.strokeStyle = look.palette.ink;
            context.lineWidth = 2;
            context.beginPath();
            context.arc(toX(x1), toY(x2), 8, 0, 2 * Math.PI);
            context.stroke();
          },
        }}
        onPoint={(x, yAt, _, event) => {
          if (!plot.current) return;
          const { box } = plot.current;
          const across = (x - box.x) / box.width;
          const up = 1 - (yAt - box.y) / box.height;
          if (![across, up].every(share => share >= 0 && share <= 1)) return;
          const at = [placeAt(part.x, across), placeAt(part.y, up)] as const;
          if (tool.value === 'look' || !drawing) {
            if (event.type === 'pointerdown' || event.buttons > 0) place.value = at;
          } else if (event.type === 'pointerdown') add(at);
        }}
        says="Colour is the answer: blue towards 1, orange towards 0, of several classes the colour of the likeliest. Click to see the numbers of a place in every neuron."
      />
      <div class="row">
        <Switch
          label="test samples"
          {...bound(showTest)}
          says="Shows the samples that nothing is learned from, as outlines."
        />
        <Switch
          label="only the decision"
          {...bound(discrete)}
          says="Shows the class that is more likely, without how sure the network is."
        />
      </div>
      <div class="row typed">
        <NumberField
          label={across}
          value={x1}
          least={part.x[0]}
          most={part.x[1]}
          onChange={value => {
            place.value = [value, x2];
          }}
          says="First coordinate of the place that is looked at."
        />
        <NumberField
          label={upward}
          value={x2}
          least={part.y[0]}
          most={part.y[1]}
          onChange={value => {
            place.value = [x1, value];
          }}
          says="Second coordinate of the place that is looked at."
        />
        <span class="note">
          ŷ = <b>{answerText(y)}</b>
        </span>
      </div>
      {drawing && (
        <>
          <Segments<Tool>
            label="A click"
            {...bound(tool)}
            options={[
              { value: 'one', title: 'adds a 1' },
              { value: 'zero', title: 'adds a 0' },
              { value: 'look', title: 'looks' },
            ]}
            says="What the pointer does in the picture."
          />
          <div class="row typed">
            {[1, 0].map(target => (
              <Button
                key={target}
                onClick={() => {
                  drawnPoints.value = [...drawnPoints.value, { x1, x2, target }];
                }}
                says={`Adds a sample of ${target} at the coordinates above.`}
              >
                Add a {target} here
              </Button>
            ))}
          </div>
        </>
      )}
    </Section>
  );
}

const placeAt = ([low, high]: Range, share: number): number => Number((low + share * (high - low)).toFixed(2));

function add([x1, x2]: readonly [number, number]): void {
  drawnPoints.value = [...drawnPoints.value, { x1, x2, target: tool.value === 'one' ? 1 : 0 }];
}

/** What is answered all over the plane. */
function surface(frame: LabFrame | undefined): Surface | undefined {
  if (!frame) return undefined;
  const regression = task.value === 'regression';
  const place = { rows: answerCells, columns: answerCells, ...shownPart.value };
  if (outputs.value > 1) {
    if (frame.answer.length !== answerCells ** 2 * outputs.value) return undefined;
    const values = discrete.value ? decided(frame.answer, outputs.value) : frame.answer;
    return { ...place, values, classes: outputs.value, scale: 'sequence', range: [0, 1] };
  }
  const values = frame.answer.map(value => {
    const signed = regression ? value : 2 * value - 1;
    return discrete.value ? Math.sign(signed) * 0.55 : signed * 0.75;
  });
  return { ...place, values, scale: 'signed', range: [-1, 1] };
}

/** The answer in words: a number, or the class that is most likely with its probability. */
function answerText(y: Float32Array | undefined): string {
  if (!y || outputs.value === 1) return shown(y?.[0]);
  const best = y.reduce((most, value, i) => (value > y[most]! ? i : most), 0);
  return `${classNames.value[best]} (${shown(y[best])})`;
}

/** Shares of classes as the decision alone. */
function decided(shares: Float32Array, classes: number): Float32Array {
  const out = new Float32Array(shares.length);
  for (let from = 0; from < shares.length; from += classes) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (shares[from + k]! > shares[from + best]!) best = k;
    out[from + best] = 0.7;
  }
  return out;
}

function scatter() {
  const regression = task.value === 'regression';
  const all = samples.value;
  const train = all.length - testCount.value;
  // Two classes: the one that is asked for first, as it is the blue one.
  const groups = regression
    ? ['above 0', 'below 0']
    : classNames.value.length === 2
      ? [...classNames.value].reverse()
      : classNames.value;
  const groupOf = (target: number): number => (groups.length > 2 ? target : target > (regression ? 0 : 0.5) ? 0 : 1);
  const points = (index: number, test: boolean) =>
    all.filter((one, i) => i >= train === test && groupOf(one.target) === index).map(one => [one.x1, one.x2] as const);
  const { x, y } = shownPart.value;
  const [across, upward] = axisNames.value;
  return {
    caption: 'the answer all over the plane',
    x: { label: across, range: x },
    y: { label: upward, range: y },
    groups: [
      ...groups.map((label, index) => ({ label, points: points(index, false), index })),
      ...(showTest.value && testCount.value > 0
        ? groups.map((label, index) => ({ label: `test ${label}`, points: points(index, true), index, hollow: true }))
        : []),
    ],
    radius: 4,
    // The colours of the answers lie below.
    grid: false,
  };
}

/** How the loss fell. */
export function LossCurve() {
  const frame = settled.value;
  const history = frame?.history ?? [];
  const line = (key: 'train' | 'test') => history.map(one => [one.epoch, one[key]] as const);
  const curves: Curves = {
    caption: 'loss by epoch',
    x: { label: 'epoch', ...(history.length < 2 ? { range: [0, 10] as const } : {}) },
    y: {
      label: '',
      range: [0, Math.max(0.1, ...history.flatMap(one => [one.train, one.test].filter(Number.isFinite)))],
    },
    curves: [
      { label: 'training', points: line('train'), index: 0 },
      ...(testCount.value > 0 ? [{ label: 'test', points: line('test'), index: 1, dashed: true }] : []),
    ],
  };
  return (
    <Section id="loss" title="Loss">
      <Canvas
        title="Loss by epoch"
        summary={
          frame
            ? `training ${shown(history[0]?.train)} at first, ${shown(frame.train)} now; test ${shown(frame.test)}`
            : 'nothing yet'
        }
        height={190}
        draw={(context, look) => drawCurves(context, curves, look)}
        file={{ name: 'loss', numbers: () => curvesNumbers(curves) }}
        says="How far the answers are from what they should be, on the samples to learn from and on those to test."
      />
    </Section>
  );
}
