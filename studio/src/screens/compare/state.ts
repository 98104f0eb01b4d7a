/** What the compare screen shows: which runs, which columns, in which order. */
import { computed, effect, signal } from '@preact/signals';
import type { CompareAnswer, ComparedRun, Pair, RunDetail } from 'hillock/studio';
import { ask } from '../../api/client.ts';
import { loaded } from '../../api/load.ts';
import { aFlag, aText, type Codec, inAddress } from '../../state/url.ts';
import { coloursOf } from './colours.ts';
import { type Column, columnsOf, differing, grouped, type Line, matches, sorted } from './table.ts';

const words: Codec<readonly string[]> = {
  read: text => text.split('|').filter(word => word !== ''),
  write: values => values.join('|'),
};

const place = 'hillock.compare.columns';
const stored = ((): readonly string[] => {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    return Array.isArray(found) ? found.filter(one => typeof one === 'string') : [];
  } catch {
    return [];
  }
})();

export const filter = inAddress('compare', 'filter', aText, '');
/** Names of the columns that were chosen; none = the usual ones. Kept by the browser too. */
export const chosen = inAddress('compare', 'columns', words, stored);
export const onlyDifferences = inAddress('compare', 'differences', aFlag, false);
export const bySeed = inAddress('compare', 'seeds', aFlag, false);
/** The score that settings are held against; empty: the best of the validation part. */
export const against = inAddress('compare', 'against', aText, '');
export const sort = inAddress('compare', 'sort', aText, '');
/** The runs that are laid over one another. */
export const picked = inAddress('compare', 'runs', words, []);
export const mostPicked = 8;

/** The colours of all runs that were laid over others, by their ids. */
export const colours = signal<ReadonlyMap<string, number>>(new Map());
effect(() => {
  colours.value = coloursOf(colours.peek(), picked.value);
});

effect(() => {
  const value = JSON.stringify(chosen.value);
  try {
    localStorage.setItem(place, value);
  } catch {
    // A browser that keeps nothing forgets the choice with the page.
  }
});

export const answer = loaded<CompareAnswer>();
export const runs = computed((): readonly ComparedRun[] => answer.value.value?.runs ?? []);
export const found = computed(() => runs.value.filter(run => matches(run, filter.value)));
/** Every column there is, in their order. */
export const columns = computed(() => columnsOf(runs.value));
export const shownColumns = computed((): readonly Column[] => {
  const wanted = new Set(chosen.value);
  const some = columns.value.filter(({ name, usual }) => (wanted.size === 0 ? usual : wanted.has(name)));
  return onlyDifferences.value ? some.filter(column => differing(column, found.value)) : some;
});
/** What stands in the table. */
export const lines = computed((): readonly Line[] => {
  const all = bySeed.value ? grouped(found.value) : found.value.map((run): Line => ({ runs: [run] }));
  return sorted(all, sort.value, columns.value);
});

/** How many lines there are. */
export const count = computed(() => lines.value.length);

export const pair = loaded<Pair>();
/** Details of the runs that are laid over one another, by their ids. */
export const details = signal<ReadonlyMap<string, RunDetail>>(new Map());

export const loadRuns = (): Promise<void> => answer.load(signal => ask<CompareAnswer>('compare', { signal }));

/** Those that are not there yet, and those that have gone on since. */
export async function loadPicked(): Promise<void> {
  const known = new Map(runs.peek().map(({ id, changed }) => [id, changed]));
  const ids = picked.value.filter(id => {
    const found = details.peek().get(id);
    return !found || found.state === 'training' || (known.get(id) ?? found.changed) !== found.changed;
  });
  const some = await Promise.all(
    ids.map(id => ask<RunDetail>(`runs/${encodeURIComponent(id)}`).catch(() => undefined)),
  );
  details.value = new Map([...details.peek(), ...some.flatMap((one, i) => (one ? [[ids[i]!, one] as const] : []))]);
}

export function loadPair(): void {
  pair.clear();
  const [a, b, more] = picked.value;
  if (a === undefined || b === undefined || more !== undefined) return;
  const query = new URLSearchParams({ a, b });
  void pair.load(signal => ask<Pair>(`compare/pair?${query}`, { signal }));
}

/** Takes the runs of a line into the picture, or out of it. */
export function pick(ids: readonly string[]): void {
  const now = picked.value;
  const others = now.filter(one => !ids.includes(one));
  picked.value = now.includes(ids[0]!) ? others : [...others, ...ids.slice(0, mostPicked)].slice(-mostPicked);
}
