import { HillockError } from '../../errors.ts';
import { fingerprint } from '../fingerprint.ts';
import { column, type NumberColumn, type ReadNote, type Table } from '../table.ts';
import { buildSeries, gapNotes } from './build.ts';
import { chooseFeatures } from './features.ts';
import { groupsOf } from './groups.ts';
import { askedGrid, type Grid, gridOf } from './regular.ts';
import { distinct, mergeRule, orderRows } from './rows.ts';
import { findSeasons } from './season.ts';
import { pastOf, type Series, type SeriesOptions, type SeriesSet } from './series.ts';
import { findTimes } from './time.ts';

const listOf = (names: string | readonly string[] | undefined): readonly string[] =>
  names === undefined ? [] : typeof names === 'string' ? [names] : names;

/**
 * The regular series of a table. The time column is found where it is not named; times are sorted; the step is the one
 * that all distances are multiples of; missing times and missing targets become gaps, which are filled (`fillGaps`) and
 * marked as not observed; rows without a target after the last one are the future. Throws where there is no number to
 * forecast, no common step, or several rows of one time; every guess and repair is in the notes.
 */
export function seriesOf(table: Table, options: SeriesOptions): SeriesSet {
  const target = targetOf(table, options.target);
  const group = listOf(options.group);
  const asked = listOf(options.time);
  const own = [...group, ...asked].includes(target.name) ? (group.includes(target.name) ? 'group' : 'time') : undefined;
  if (own) throw new HillockError('usage', `the target '${target.name}' cannot be its own ${own}`);
  const groups = groupsOf(table, group);
  const taken = new Set([target.name, ...group, ...(options.ignore ?? [])]);
  const times = findTimes(table, asked, taken, groups.codes);
  const { ordered, notes: orderNotes } = orderRows(table, groups, times);
  const runs = ordered.map(({ rows }) => valuesAt(times.values, rows));
  const found = chooseGrid(table, runs.map(distinct), times.plain, options);
  const grid = found ?? countedGrid;
  const placed = found ? times.values.map(time => found.snap(time)) : counted(ordered, table.rows);
  const merged = mergeRule(table, ordered, times, placed, grid.step, options, groups);
  const features = chooseFeatures(table, options, new Set([target.name, ...times.columns, ...group]));
  const built = ordered.map(({ key, rows }) =>
    buildSeries({
      key,
      rows,
      placed,
      step: grid.step,
      target,
      features: features.list,
      merge: merged.merge,
      source: table.source,
    }),
  );
  const series = built.flatMap(one => (one.series ? [one.series] : []));
  if (series.length === 0)
    throw new HillockError('data', `the target '${target.name}' of ${table.source} has no value at any time`);
  const used = new Set([target.name, ...times.columns, ...group, ...features.list.map(({ name }) => name)]);
  const notes = [
    ...table.notes.filter(note => note.column === undefined || used.has(note.column)),
    ...times.notes,
    ...orderNotes,
    ...(grid.note === undefined ? [] : [{ message: grid.note }]),
    ...merged.notes,
    ...features.notes,
    ...gapNotes(built, grid.step),
  ];
  return {
    kind: 'series',
    source: table.source,
    target: target.name,
    time: times.columns,
    group,
    step: grid.step,
    seasons: findSeasons(series.map(pastOf), grid.step),
    series,
    features: features.list.map(({ name }) => name),
    known: features.known,
    levels: new Map(features.list.flatMap(({ name, levels }) => (levels ? [[name, levels] as const] : []))),
    notes: notes satisfies readonly ReadNote[],
    fingerprint: hash(series, target.name),
  };
}

function targetOf(table: Table, name: string): NumberColumn {
  const target = column(table, name);
  if (target.type !== 'number') {
    const held =
      target.type === 'date'
        ? `dates (${target.format})`
        : `words such as ${target.levels
            .slice(0, 3)
            .map(level => `'${level}'`)
            .join(', ')}`;
    throw new HillockError(
      'data',
      `a forecast needs a target of numbers, but '${name}' of ${table.source} holds ${held}`,
      'give a column of numbers',
    );
  }
  if (!target.values.some(Number.isFinite)) {
    throw new HillockError(
      'data',
      `the target '${name}' of ${table.source} has no value in ${table.rows.toLocaleString('en')} rows`,
      'a forecast goes on from known values: give the history before the rows without',
    );
  }
  return target;
}

const valuesAt = (values: Float64Array, rows: Int32Array): Float64Array => Float64Array.from(rows, row => values[row]!);

const countedGrid: Grid = { step: { unit: 'row', count: 1 }, snap: position => position };

/** The place of each row in its series. */
function counted(ordered: readonly { readonly rows: Int32Array }[], rows: number): Float64Array {
  const places = new Float64Array(rows).fill(Number.NaN);
  for (const one of ordered)
    one.rows.forEach((row, i) => {
      places[row] = i;
    });
  return places;
}

/** The grid of the times by the step that is asked for, else the one found; null = the rows one after the other. */
function chooseGrid(table: Table, runs: readonly Float64Array[], plain: boolean, { step }: SeriesOptions): Grid | null {
  const found = gridOf(runs, plain, table.source);
  if (step === undefined) {
    if (found instanceof HillockError) throw found;
    return found;
  }
  if (!(found instanceof HillockError) && found.step.unit === step.unit && found.step.count === step.count)
    return found;
  if (step.unit === 'row') return plain && step.count !== 1 ? askedGrid(step, runs) : null;
  if (!plain) return askedGrid(step, runs);
  throw new HillockError(
    'data',
    `${table.source} has plain numbers or row numbers for times: a step in ${step.unit}s cannot be counted`,
    'name the column that holds dates with --time, or leave --step out',
  );
}

function hash(series: readonly Series[], target: string): string {
  const all = fingerprint().text(target);
  for (const { key, start, step, values, observed, features } of series) {
    all.text(`${key} ${start} ${step.count} ${step.unit}`).bytes(values).bytes(observed);
    for (const [name, column] of features) all.text(name).bytes(column);
  }
  return all.hex();
}
