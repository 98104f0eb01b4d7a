/** The rows and columns of the table of runs, as plain functions. */
import type { ComparedRun, Setting } from 'hillock/studio';

/** One line of the table: a run, or runs that differ in their seed alone. */
export interface Line {
  readonly runs: readonly ComparedRun[];
}

export interface Column {
  readonly name: string;
  /** What it is, in one sentence. */
  readonly says: string;
  readonly usual: boolean;
  readonly of: (run: ComparedRun) => Setting;
  /** Where runs of one group differ, their mean is shown. */
  readonly score?: boolean;
}

const usualSettings = new Set(['network', 'learning rate', 'optimizer', 'batch', 'seed']);

const fixed: readonly Column[] = [
  { name: 'target', says: 'The column that is predicted.', usual: true, of: run => run.target },
  {
    name: 'best',
    says: 'The best score of the validation part in any epoch.',
    usual: true,
    score: true,
    of: run => run.best,
  },
  {
    name: 'last',
    says: 'The score of the validation part after the last epoch.',
    usual: true,
    score: true,
    of: run => run.last,
  },
  { name: 'monitor', says: 'The score that best, last and the curve are of.', usual: true, of: run => run.monitor },
  { name: 'epochs', says: 'Epochs that were trained.', usual: true, score: true, of: run => run.epochs },
  { name: 'best epoch', says: 'The epoch whose weights were kept.', usual: false, of: run => run.bestEpoch },
  { name: 'seconds', says: 'How long the training took.', usual: true, score: true, of: run => run.seconds },
  { name: 'changed', says: 'When the run was last written to.', usual: false, of: run => run.changed },
];

/** Every column that any run has: fixed ones, scores of the judged part, settings. */
export function columnsOf(runs: readonly ComparedRun[]): readonly Column[] {
  const scores = new Set(runs.flatMap(run => Object.keys(run.scores)));
  const settings = new Set(runs.flatMap(run => Object.keys(run.settings)));
  return [
    ...fixed.slice(0, 1),
    ...[...scores].map(
      (name, i): Column => ({
        name,
        says: `${name} on the part that the run is judged by.`,
        usual: i < 3,
        score: true,
        of: run => run.scores[name] ?? null,
      }),
    ),
    ...fixed.slice(1),
    ...[...settings].map(
      (name): Column => ({
        name,
        says: `${name}: what the training was asked for or made of it.`,
        usual: usualSettings.has(name),
        of: run => run.settings[name] ?? null,
      }),
    ),
  ];
}

/** Whether a run has every word of a filter in its name, its target or its settings, such as `adam lr`. */
export function matches(run: ComparedRun, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = [run.id, run.state, run.target, run.task, ...Object.entries(run.settings).map(both => both.join('='))]
    .join(' ')
    .toLowerCase();
  return words.every(word => text.includes(word));
}

export const differing = ({ of }: Column, runs: readonly ComparedRun[]): boolean =>
  runs.some(run => of(run) !== of(runs[0]!));

/** Runs that differ in their seed alone in one line. */
export function grouped(runs: readonly ComparedRun[]): readonly Line[] {
  const lines = new Map<string, ComparedRun[]>();
  for (const run of runs) lines.set(run.group, [...(lines.get(run.group) ?? []), run]);
  return [...lines.values()].map(some => ({ runs: some }));
}

/** What stands in a cell: a setting, or the mean and standard deviation over the runs of a line that differ in it. */
export interface Told {
  readonly value: Setting;
  readonly sd: number | null;
}

export function told({ runs }: Line, { of, score }: Column): Told {
  const values = runs.map(of);
  if (runs.length === 1) return { value: values[0]!, sd: null };
  const numbers = values.filter(value => typeof value === 'number');
  if (score && numbers.some(value => value !== numbers[0])) {
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const square = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { value: mean, sd: Math.sqrt(square / (numbers.length - 1)) };
  }
  const different = [...new Set(values)];
  return { value: different.length === 1 ? different[0]! : different.map(one => one ?? '–').join(', '), sd: null };
}

const listed = 5;

/** A list as it is read: beyond a few, how many more there are. */
export function brief(list: string): string {
  const parts = list.split(', ');
  const more = parts.length - listed;
  return more > 1 ? `${parts.slice(0, listed).join(', ')} and ${more} more` : list;
}

const order = new Intl.Collator('en', { numeric: true });

/** Lines by a column: `NAME` from the least, `-NAME` from the most; what is missing comes last. */
export function sorted(lines: readonly Line[], by: string, columns: readonly Column[]): readonly Line[] {
  const down = by.startsWith('-');
  const column = columns.find(({ name }) => name === (down ? by.slice(1) : by));
  if (!column) return lines;
  const keyed = lines.map(line => ({ line, value: told(line, column).value }));
  const compare = (a: Setting, b: Setting): number =>
    typeof a === 'number' && typeof b === 'number' ? a - b : order.compare(String(a), String(b));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return down ? compare(b.value, a.value) : compare(a.value, b.value);
  });
  return keyed.map(({ line }) => line);
}
