import { type Curve, type Curves, csvText, curvesNumbers, drawCurves } from 'hillock/draw';
import { Button } from '../../parts/Button.tsx';
import { bound } from '../../parts/bound.ts';
import { Canvas } from '../../parts/Canvas.tsx';
import { Choice, Switch } from '../../parts/Choice.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Section.tsx';
import { save } from '../../parts/save.ts';
import { shown } from '../../state/format.ts';
import { metricNamed } from '../../state/system.ts';
import { aFlag, aNumber, inAddress, oneOf } from '../../state/url.ts';
import { Fork, forkAt } from './Fork.tsx';
import { type Epoch, type Followed, followed } from './follow.ts';
import { bestEpoch } from './health.ts';
import { type Points, smoothed } from './smooth.ts';

const axes = ['epoch', 'step', 'time'] as const;
const along = inAddress('train', 'x', oneOf(axes), 'epoch');
const logX = inAddress('train', 'logx', aFlag, false);
const logY = inAddress('train', 'logy', aFlag, false);
/** 0 = as it is. */
const smoothing = inAddress('train', 'smooth', aNumber, 0);

const place = (epoch: Epoch): number =>
  along.value === 'epoch' ? epoch.epoch : along.value === 'step' ? epoch.step : epoch.seconds;
const labels = { epoch: 'epoch', step: 'step', time: 'seconds' } as const;

/** Curves as they are, and over them smoothed ones where that is asked for. */
function drawn(label: string, points: Points, index: number): readonly Curve[] {
  if (smoothing.value <= 0) return [{ label, points, index }];
  return [
    { label: '', points, index, faint: true },
    { label: `${label}, smoothed`, points: smoothed(points, smoothing.value), index },
  ];
}

/** Loss, and the scores of the validation part, in as many pictures as there are units. */
function pictures({ epochs }: Followed, monitor: string): readonly Curves[] {
  const x = { label: labels[along.value], log: logX.value };
  const loss = drawn(
    'training loss',
    epochs.map(one => [place(one), one.loss]),
    0,
  );
  const best = bestEpoch(epochs, metricNamed(monitor));
  const scored = (metric: string, index: number): readonly Curve[] =>
    drawn(
      `validation ${metric}`,
      epochs.flatMap(one => (typeof one.validation[metric] === 'number' ? [[place(one), one.validation[metric]]] : [])),
      index,
    );
  const mark = (metric: string) =>
    best && typeof best.validation[metric] === 'number'
      ? [{ x: place(best), y: best.validation[metric], label: `best: epoch ${best.epoch}` }]
      : [];
  const names = Object.keys(epochs.at(-1)?.validation ?? {});
  const together = monitor === 'logloss' && names.includes('logloss');
  const second = [monitor, ...names].find(name => names.includes(name) && !(together && name === monitor));
  return [
    {
      caption: together ? 'Loss' : 'Training loss',
      x,
      y: { label: 'loss', log: logY.value },
      curves: [...loss, ...(together ? scored('logloss', 1) : [])],
      marks: [...(together ? mark('logloss') : []), ...forkMark(epochs)],
    },
    ...(second
      ? [{ caption: `Validation ${second}`, x, y: { label: second }, curves: scored(second, 1), marks: mark(second) }]
      : []),
  ];
}

/** The epoch that a fork would start from, on the curve of the loss. */
function forkMark(epochs: readonly Epoch[]) {
  const at = epochs.find(({ epoch }) => epoch === forkAt.value);
  return at ? [{ x: place(at), y: at.loss, label: `from epoch ${at.epoch}` }] : [];
}

/** The course of a training, as it comes. */
export function Course({ monitor }: { readonly monitor: string }) {
  const run = followed.value!;
  const last = run.epochs.at(-1);
  const first = run.epochs[0];
  const models = pictures(run, monitor);
  return (
    <Section
      id="course"
      title="Learning curves"
      aside={
        <div class="row">
          <Choice
            label="Along"
            {...bound(along)}
            options={axes.map(value => ({ value, title: labels[value] }))}
            says="What stands along the bottom: passes over the training data, steps, or seconds."
          />
          <Switch label="log x" {...bound(logX)} says="Powers of ten evenly apart along the bottom." />
          <Switch label="log y" {...bound(logY)} says="Powers of ten evenly apart up the side of the loss." />
          <NumberField
            label="Smooth"
            {...bound(smoothing)}
            low={0}
            high={0.95}
            step={0.05}
            least={0}
            most={0.99}
            says="0 shows the numbers as they are. Above it a moving average without bias is drawn over them; the numbers stay behind it."
          />
          <Button
            onClick={() => save('learning-curves.csv', numbersOf(models))}
            disabled={!last}
            says="Saves the numbers of the curves as a CSV file."
          >
            CSV
          </Button>
        </div>
      }
    >
      {!last && <p class="lead">The first epoch is on its way…</p>}
      {last &&
        first &&
        models.map(model => (
          <Canvas
            key={model.caption}
            title={model.caption}
            summary={`${model.caption} over ${run.epochs.length} epochs: training loss from ${shown(first.loss)} to ${shown(last.loss)}`}
            height={width => Math.min(280, Math.max(180, width * 0.42))}
            draw={(context, look) => drawCurves(context, model, look)}
            says={`${model.caption} by ${model.x.label}. The point is the epoch whose weights are kept.`}
          />
        ))}
      {run.finished && <Fork />}
    </Section>
  );
}

function numbersOf(models: readonly Curves[]): Blob {
  const { curves, x, caption } = models[0]!;
  const all = { caption, x, y: { label: '' }, curves: [...curves, ...models.slice(1).flatMap(one => one.curves)] };
  return new Blob([csvText(curvesNumbers(all))], { type: 'text/csv' });
}
