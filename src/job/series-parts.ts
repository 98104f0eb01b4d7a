/** Which steps of a series are learned from, choose the best epoch, and test; and the windows that belong to them. */
import { type ReadNote, type SeriesSet, splitSeries } from '../data/index.ts';
import type { Origins } from '../features/index.ts';
import { baselineSeasons, naiveScale } from '../forecast/index.ts';
import { f32, type Tensor } from '../graph/index.ts';

/** The parts of every series, and where they begin: [0, validation) is learned from, [validation, test) validates, [test, end) tests. */
export interface SeriesParts {
  readonly validation: readonly number[];
  readonly test: readonly number[];
  readonly end: readonly number[];
  /** Season lengths that the training part confirms, the strongest first. */
  readonly seasons: readonly number[];
  readonly notes: readonly ReadNote[];
}

const defaultTest = 0.2;
const defaultValidation = 0.2;
/** The validation part holds a horizon, but never more than this share of what is not tested. */
const mostValidation = 1 / 3;

export interface PartsOptions {
  /** Last steps of the series, or a share of them where below 1. Absent = a fifth. */
  readonly test?: number | undefined;
  /** Share of the steps before the test part. Absent = a fifth, a horizon at least. */
  readonly validation?: number | undefined;
}

/** Splits all series at the same moments in time; throws `HillockError` where a part is left without steps. */
export function seriesParts(
  set: SeriesSet,
  { test = defaultTest, validation }: PartsOptions,
  horizon: number,
): SeriesParts {
  const longest = set.series.reduce((most, { history }) => Math.max(most, history), 0);
  const before = longest - (test < 1 ? Math.round(longest * test) : test);
  const wanted = Math.min(Math.max(horizon, defaultValidation * before), mostValidation * before);
  const steps = Math.max(0, Math.round(validation === undefined ? wanted : validation * before));
  const { parts, seasons, notes } = splitSeries(set, { validation: steps, test });
  return {
    validation: [...parts.validation.begin],
    test: [...parts.test.begin],
    end: [...parts.test.end],
    seasons,
    notes,
  };
}

export const named = ({ series, source }: SeriesSet, i: number): string =>
  series.length === 1 ? source : `series '${series[i]!.key}'`;

/** Windows as the rows of a job: where the steps ahead of each begin, and where they are no longer known to it. */
export interface WindowRows extends Origins {
  readonly origin: Int32Array;
  readonly series: Int32Array;
  /** Steps at and beyond this position are not told. */
  readonly limit: Int32Array;
  /** 1 = seen by what is fitted on everything before the test part, 0 = on the training part alone. */
  readonly late: Uint8Array;
  readonly trainRows: Int32Array;
  readonly validationRows: Int32Array;
  readonly testRows: Int32Array;
  /** [rows, members]: 1 = learns from it, or has seen its steps. Absent where no network learns from validation. */
  readonly rowWeights: Tensor | undefined;
}

/** How windows are dealt to the members of an ensemble. */
export interface Dealing {
  readonly window: number;
  readonly horizon: number;
  readonly members: number;
  /** The members that learn from validation too look at their windows through what is fitted on everything before the test part. */
  readonly apart: boolean;
}

/** Members of an ensemble that leave the validation part out and are judged on it; the others learn from it too. */
export const judges = (members: number): number => Math.floor(members / 2);

interface Row {
  readonly series: number;
  readonly origin: number;
  readonly limit: number;
  readonly late: boolean;
}

type Place = (i: number) => number;

/**
 * Every window of each part, by the steps ahead of it; left out are those without a known step ahead, and those whose last
 * value was filled, for a line drawn through a gap knows what comes after it. Steps that reach into the next part are not
 * told. Some members are judged on validation, so they see none of it; for the others the same windows stand a second time,
 * with the steps of validation too.
 */
export function windowRows(set: SeriesSet, parts: SeriesParts, dealing: Dealing): WindowRows {
  const { window, horizon, members, apart } = dealing;
  const rows: Row[] = [];
  const tells = (series: number, origin: number, limit: number): boolean => {
    const { observed } = set.series[series]!;
    return observed[origin - 1] === 1 && observed.subarray(origin, Math.min(origin + horizon, limit)).includes(1);
  };
  const each = (from: Place, to: Place, limit: Place, late: boolean): Int32Array => {
    const first = rows.length;
    for (let series = 0; series < parts.end.length; series++) {
      for (let origin = Math.max(window, from(series)); origin < to(series); origin++) {
        if (tells(series, origin, limit(series))) rows.push({ series, origin, limit: limit(series), late });
      }
    }
    return Int32Array.from({ length: rows.length - first }, (_, i) => first + i);
  };
  const judged = judges(members);
  const start: Place = () => 0;
  const validation: Place = i => parts.validation[i]!;
  const test: Place = i => parts.test[i]!;
  const end: Place = i => parts.end[i]!;
  // From here on the steps ahead reach beyond the training part.
  const reach: Place = judged === 0 || apart ? start : i => Math.max(0, validation(i) - horizon + 1);
  const shared = each(start, reach, validation, false);
  const own = each(reach, validation, validation, false);
  const others = judged > 0 ? each(reach, apart ? test : validation, test, apart) : new Int32Array();
  const validating = each(validation, test, test, false);
  const testing = each(test, end, end, apart && judged > 0);
  const seenByOthers = judged > 0 ? [...others, ...validating] : [];
  return {
    series: Int32Array.from(rows, ({ series }) => series),
    origin: Int32Array.from(rows, ({ origin }) => origin),
    limit: Int32Array.from(rows, ({ limit }) => limit),
    late: Uint8Array.from(rows, ({ late }) => Number(late)),
    trainRows: Int32Array.from([...shared, ...own, ...(apart ? others : seenByOthers)]),
    validationRows: validating,
    testRows: testing,
    rowWeights: judged > 0 ? weights(rows.length, members, { shared, own, others: seenByOthers }) : undefined,
  };
}

interface Dealt {
  readonly shared: ArrayLike<number>;
  readonly own: ArrayLike<number>;
  readonly others: ArrayLike<number>;
}

function weights(rows: number, members: number, { shared, own, others }: Dealt): Tensor {
  const judged = judges(members);
  const values = new Float32Array(rows * members);
  const set = (places: ArrayLike<number>, from: number, to: number): void => {
    for (let i = 0; i < places.length; i++) values.fill(1, places[i]! * members + from, places[i]! * members + to);
  };
  set(shared, 0, members);
  set(own, 0, judged);
  set(others, judged, members);
  return f32(values, [rows, members]);
}

/** The steps ahead of each row, [rows × horizon]: NaN where they are not told or were not in the data. */
export function truthsOf(set: SeriesSet, { series, origin, limit }: WindowRows, horizon: number): Float64Array {
  const truths = new Float64Array(origin.length * horizon).fill(Number.NaN);
  for (let row = 0; row < origin.length; row++) {
    const { values, observed } = set.series[series[row]!]!;
    for (let k = 0; k < horizon && origin[row]! + k < limit[row]!; k++) {
      if (observed[origin[row]! + k]) truths[row * horizon + k] = values[origin[row]! + k]!;
    }
  }
  return truths;
}

/** What an error of each row is measured in: the mean error of the seasonal naive forecast of its series before the test part. */
export function errorScales(set: SeriesSet, parts: SeriesParts, { series }: Pick<WindowRows, 'series'>): Float64Array {
  const season = baselineSeasons(set, parts)[0] ?? 1;
  const scales = set.series.map(({ values, observed }, i) =>
    naiveScale(values.subarray(0, parts.test[i]), observed, season),
  );
  return Float64Array.from(series, i => scales[i]!);
}
