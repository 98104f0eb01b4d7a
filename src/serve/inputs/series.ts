/** Recent values of a series, the time of the last of them, and what else the model looks at. */
import { parseDate } from '../../data/dates.ts';
import type { SeriesEncoder, SeriesFeature } from '../../features/index.ts';
import { f32, strings } from '../../graph/index.ts';
import type { Tensors } from '../../runtime/index.ts';
import { below, shown, wrong } from '../exchange.ts';
import { floatRows } from './binary.ts';
import type { Field, InputReader, ReadingOptions, Row } from './kind.ts';

interface Window {
  readonly history: Float32Array;
  readonly time: number;
  readonly features: readonly (readonly (number | string)[])[];
}

export function seriesReader(encoder: SeriesEncoder, target: string, options: ReadingOptions): InputReader {
  const { window, horizon, features, cycles } = encoder;
  const timed = cycles.length > 0;
  const stepsOf = ({ known }: SeriesFeature): number => (known ? window + horizon : window);
  const history = `the last ${window} values of ${target}, oldest first, without gaps`;
  const time = 'the date (and time) of the last of them, such as 2024-05-31';
  const aboutFeature = (feature: SeriesFeature): string =>
    `${feature.name} of the ${window} steps of the history${feature.known ? ` and of the ${horizon} steps ahead` : ''}; null is missing`;
  const fields: readonly Field[] = [
    {
      name: 'history',
      about: history,
      schema: { type: 'array', items: { type: 'number' }, minItems: window, description: history },
      example: new Array<number>(window).fill(1),
    },
    ...(timed
      ? [{ name: 'time', about: time, schema: { type: 'string', description: time }, example: '2024-05-31' }]
      : []),
    ...features.map(feature => ({
      name: feature.name,
      about: aboutFeature(feature),
      schema: {
        type: 'array',
        minItems: stepsOf(feature),
        maxItems: stepsOf(feature),
        description: aboutFeature(feature),
      },
      example: new Array<unknown>(stepsOf(feature)).fill(
        feature.values.kind === 'words' ? feature.values.levels[0] : 0,
      ),
    })),
  ];

  const recent = (value: unknown, at: string): Float32Array => {
    if (!Array.isArray(value)) throw wrong(at, history, shown(value));
    if (value.length < window) throw wrong(at, history, `${value.length}`, { hint: 'give a longer history' });
    const first = value.length - window;
    return Float32Array.from({ length: window }, (_, i) => {
      const one: unknown = value[first + i];
      if (typeof one === 'number' && Number.isFinite(Math.fround(one))) return one;
      throw wrong(below(at, first + i), 'a finite number', shown(one));
    });
  };

  const feature = (spec: SeriesFeature, value: unknown, at: string): readonly (number | string)[] => {
    const words = spec.values.kind === 'words' ? new Set(spec.values.levels) : undefined;
    const missing = words ? '' : Number.NaN;
    const steps = stepsOf(spec);
    if (value === undefined && options.acceptUnknown) return new Array<number | string>(steps).fill(missing);
    if (!Array.isArray(value) || value.length !== steps)
      throw wrong(at, `${steps} values: ${aboutFeature(spec)}`, shown(value));
    return value.map((one: unknown, i) => {
      if (one === null) return missing;
      if (!words && typeof one === 'number' && Number.isFinite(one)) return one;
      if (words && (options.acceptUnknown ? typeof one === 'string' : words.has(one as string))) return one as string;
      const allowed = words && { allowed: [...words] };
      throw wrong(
        below(at, i),
        words ? `one of ${[...words].slice(0, 50).join(', ')}` : 'a number',
        shown(one),
        allowed,
      );
    });
  };

  const moment = (value: unknown, at: string): number => {
    const days = typeof value === 'string' ? parseDate(value, 'yyyy-mm-dd') : undefined;
    if (days !== undefined && Number.isFinite(days)) return days;
    throw wrong(at, time, shown(value));
  };

  const plain = !timed && features.length === 0;
  return {
    fields,
    read(value, at): Window {
      if (Array.isArray(value) && plain) return { history: recent(value, at), time: 0, features: [] };
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw wrong(at, `an object with ${fields.map(({ name }) => name).join(', ')}`, shown(value));
      const given = (name: string): unknown =>
        Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
      return {
        history: recent(given('history'), below(at, 'history')),
        time: timed ? moment(given('time'), below(at, 'time')) : 0,
        features: features.map(spec => feature(spec, given(spec.name), below(at, spec.name))),
      };
    },
    bodies: plain
      ? [
          {
            types: ['application/octet-stream'],
            about: `little-endian float32 numbers, ${window} a row: ${history}`,
            read: async bytes =>
              floatRows(bytes, window).map((row, i) => ({
                history: recent(Array.from(row), `/${i}`),
                time: 0,
                features: [],
              })),
          },
        ]
      : [],
    tensors: [
      { name: 'history', dtype: 'float32', shape: [window], list: true },
      ...(timed ? [{ name: 'time', dtype: 'string' as const, shape: [1], list: false }] : []),
      ...features.map(spec => ({
        name: spec.input,
        dtype: spec.values.kind === 'words' ? ('string' as const) : ('float32' as const),
        shape: [stepsOf(spec)],
        list: true,
      })),
    ],
    feeds(given: readonly Row[]): Tensors {
      const rows = given as readonly Window[];
      const values = new Float32Array(rows.length * window);
      rows.forEach((row, i) => {
        values.set(row.history, i * window);
      });
      return {
        history: f32(values, [rows.length, window]),
        ...(timed && {
          time: f32(
            Float32Array.from(rows, row => row.time),
            [rows.length, 1],
          ),
        }),
        ...Object.fromEntries(
          features.map((spec, k) => {
            const cells = rows.flatMap(row => row.features[k]!);
            const shape = [rows.length, stepsOf(spec)];
            const words = spec.values.kind === 'words';
            return [spec.input, words ? strings(cells as string[], shape) : f32(cells as number[], shape)];
          }),
        ),
      };
    },
  };
}
