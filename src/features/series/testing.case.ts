/** Series that tests share: two of months with a season, a known number, words and a past number. */
import { addSteps, type Series, type SeriesSet, type Step } from '../../data/index.ts';
import { random } from '../../random.ts';

const step: Step = { unit: 'month', count: 1 };

/** Two series of `length` steps and `future` more of which the known columns are told. */
export function exampleSeries(length = 72, future = 0, seed = 1): SeriesSet {
  const rng = random(seed).split('series');
  const start = Date.UTC(2015, 0, 1);
  const series = ['north', 'south'].map((key, i): Series => {
    const total = length + future;
    const all = (value: (t: number) => number): Float64Array =>
      Float64Array.from({ length: total }, (_, t) => value(t));
    const price = all(() => 10 + rng.normal());
    const values = all(t =>
      t < length
        ? Math.exp(
            3 + i + 0.01 * t + 0.3 * Math.sin((2 * Math.PI * t) / 12) - 0.1 * (price[t]! - 10) + 0.03 * rng.normal(),
          )
        : Number.NaN,
    );
    return {
      key,
      start: addSteps(start, step, i),
      step,
      length: total,
      history: length,
      values,
      observed: Uint8Array.from({ length: total }, (_, t) => Number(t < length)),
      features: new Map([
        ['price', price],
        ['visitors', all(t => (t < length ? 100 + 5 * rng.normal() : Number.NaN))],
        ['weather', all(t => (t % 7 === 3 ? -1 : t % 3))],
      ]),
    };
  });
  return {
    kind: 'series',
    source: 'shops',
    target: 'sales',
    time: ['month'],
    group: ['shop'],
    step,
    seasons: [12],
    series,
    features: ['price', 'visitors', 'weather'],
    known: ['price', 'weather'],
    levels: new Map([['weather', ['dry', 'rain', ' snow']]]),
    notes: [],
    fingerprint: `example ${length} ${future} ${seed}`,
  };
}
