/** Raw windows of a series as ONNX nodes: what the first layer sees, and what its forecast is relative to. */
import { type Step, stepDays } from '../../data/index.ts';
import { constant, f32, input, named, type Value } from '../../graph/index.ts';
import {
  add,
  cast,
  concat,
  cos,
  div,
  equal,
  floor,
  isNan,
  labelEncode,
  log,
  matMul,
  max,
  mul,
  pad,
  reduceMean,
  reshape,
  scalar,
  scale,
  sin,
  sqrt,
  sub,
  where,
} from '../../ops/index.ts';
import { levelWeights, mixedGrowth, mixedWeights } from './base.ts';
import { type Cycle, type SeriesEncoder, type SeriesFeature, seesAhead, stepsSeen } from './encoder.ts';

/** One input of a model of series. */
export interface SeriesInput {
  readonly name: string;
  readonly value: Value;
  readonly documentation: string;
}

/** Steps of a feature that the model is fed: the window, and the steps ahead where it is known. */
export const featureSteps = ({ window, horizon }: SeriesEncoder, { known }: SeriesFeature): number =>
  known ? window + horizon : window;

/** The inputs of a model of series: history [N, window], time [N, 1] where the calendar is looked at, one a feature. */
export function seriesInputs(encoder: SeriesEncoder, target: string): readonly SeriesInput[] {
  const { window, horizon, features, cycles } = encoder;
  const feature = (one: SeriesFeature): SeriesInput => {
    const steps = featureSteps(encoder, one);
    const when = one.known ? `of the window and the ${horizon} steps ahead` : 'of the window';
    const words = one.values.kind === 'words';
    return {
      name: one.input,
      value: input(one.input, ['N', steps], words ? 'string' : 'float32'),
      documentation: `${one.name} ${when}, oldest first; ${words ? 'text as in training, empty when missing' : 'NaN when missing'}`,
    };
  };
  return [
    {
      name: 'history',
      value: input('history', ['N', window]),
      documentation: `the last ${window} values of ${target}, oldest first, in its own unit and without gaps`,
    },
    ...(cycles.length === 0
      ? []
      : [
          {
            name: 'time',
            value: input('time', ['N', 1]),
            documentation: 'time of the last of them in days since 1970-01-01 UTC, the fraction is the time of day',
          },
        ]),
    ...features.map(feature),
  ];
}

/** What the first layer sees [N, …], and [N, horizon + 1]: the base forecast of each step and the scale of the network's outputs. */
export interface SeriesGraph {
  readonly x: Value;
  readonly anchors: Value;
}

/** Encodes raw windows; `inputs` by name. */
export function seriesGraph(encoder: SeriesEncoder, inputs: ReadonlyMap<string, Value>): SeriesGraph {
  const { window, horizon, season, base } = encoder;
  const raw = inputs.get('history')!;
  const u = encoder.log ? log(max(raw, scalar(encoder.least))) : raw;
  const weights = (values: Float64Array, columns: number): Value =>
    constant(f32(Float32Array.from(values), [window, columns]), `${columns === 1 ? 'level' : 'base'}.weights`);
  const level = matMul(u, weights(levelWeights(season, window), 1));
  const centred = sub(u, level);
  const spread = sqrt(add(reduceMean(mul(centred, centred), [1]), scalar(encoder.floor ** 2)));
  // The base forecast of the centred window, so that large numbers keep their digits.
  const growth = constant(f32(Float32Array.from(mixedGrowth(base, horizon)), [1, horizon]), 'base.growth');
  const forecast = add(matMul(centred, weights(mixedWeights(base, window, horizon), horizon)), mul(spread, growth));
  const history = div(centred, spread);
  const anchors = concat([add(forecast, level), scale(spread, encoder.spread)], 1);
  const seen = { encoder, inputs, history, ahead: div(forecast, spread) };
  const x = encoder.layout === 'list' ? asList(seen) : asSteps(seen);
  return { x: named(x, 'encoded'), anchors: named(anchors, 'anchors') };
}

interface Seen {
  readonly encoder: SeriesEncoder;
  readonly inputs: ReadonlyMap<string, Value>;
  readonly history: Value;
  readonly ahead: Value;
}

/** Everything as one list of numbers; of what is known ahead the steps to forecast, and how they differ from a season before. */
function asList({ encoder, inputs, history }: Seen): Value {
  const { features, cycles } = encoder;
  const select = aheadWeights(encoder);
  const past = features.filter(({ known }) => !known).flatMap(feature => featureViews(feature, inputs));
  const known = features
    .filter(feature => feature.known)
    .flatMap(feature => featureViews(feature, inputs).map(view => matMul(view, select)));
  const days = encoder.cycles.length > 0 ? daysAt(inputs.get('time')!, encoder.step, [1]) : undefined;
  return concat([history, ...past, ...known, ...cycles.flatMap(cycle => cycleViews(cycle, days!))], 1);
}

/** A row of channels for each step. */
function asSteps({ encoder, inputs, history, ahead }: Seen): Value {
  const { window, features, cycles } = encoder;
  const steps = stepsSeen(encoder);
  const isAhead = seesAhead(encoder);
  const flags = constant(
    f32(
      Float32Array.from({ length: steps }, (_, i) => (i < window ? 0 : 1)),
      [1, steps],
    ),
    'ahead',
  );
  const offsets = Array.from({ length: steps }, (_, i) => i - window + 1);
  const days = cycles.length > 0 ? daysAt(inputs.get('time')!, encoder.step, offsets) : undefined;
  const flagged = isAhead ? [add(scale(concat([history, ahead], 1), 0), flags)] : [];
  const channels = [
    isAhead ? concat([history, ahead], 1) : history,
    ...flagged,
    ...features.flatMap(feature => featureViews(feature, inputs).map(view => toSteps(view, steps))),
    ...cycles.flatMap(cycle => cycleViews(cycle, days!)),
  ];
  return concat(
    channels.map(channel => reshape(channel, ['N', steps, 1])),
    2,
  );
}

const toSteps = (view: Value, steps: number): Value => pad(view, 1, 0, steps - (view.type.shape[1] as number));

/** A feature at every step it is known at: a standardised number, or a flag for each of its words; 0 where missing. */
function featureViews({ input: name, values }: SeriesFeature, inputs: ReadonlyMap<string, Value>): readonly Value[] {
  const raw = inputs.get(name)!;
  if (values.kind === 'number') {
    const standard = scale(sub(raw, scalar(values.mean)), 1 / values.std);
    return [where(isNan(standard), scalar(0), standard)];
  }
  const codes = cast(labelEncode(raw, values.levels), 'float32');
  return values.levels.map((_, code) => cast(equal(codes, scalar(code)), 'float32'));
}

/** Picks from [window + horizon] steps those ahead, and their differences from one season before: [window + horizon, …]. */
function aheadWeights({ window, horizon, season }: SeriesEncoder): Value {
  const columns = season > 1 ? 2 * horizon : horizon;
  const weights = new Float32Array((window + horizon) * columns);
  for (let k = 0; k < horizon; k++) {
    weights[(window + k) * columns + k] = 1;
    if (columns === horizon) continue;
    weights[(window + k) * columns + horizon + k] = 1;
    weights[(window - season + (k % season)) * columns + horizon + k]! -= 1;
  }
  return constant(f32(weights, [window + horizon, columns]), 'ahead.weights');
}

/** Times of steps around the last of a window, in days: [N, steps]. */
const daysAt = (time: Value, step: Step, offsets: readonly number[]): Value =>
  add(
    time,
    constant(
      f32(
        Float32Array.from(offsets, i => i * stepDays(step)),
        [1, offsets.length],
      ),
      'offsets',
    ),
  );

function cycleViews({ days, harmonics }: Cycle, time: Value): readonly Value[] {
  const turns = scale(time, 1 / days);
  const phase = scale(sub(turns, floor(turns)), 2 * Math.PI);
  return Array.from({ length: harmonics }, (_, i) => scale(phase, i + 1)).flatMap(angle => [sin(angle), cos(angle)]);
}
