import { dateFormats, dateIn, swappedFormat } from './dates.ts';
import { type Decimal, numberIn } from './numbers.ts';

/** The type of a column, as guessed from its cells or given by a schema. */
export type ColumnType =
  | { readonly type: 'number'; readonly decimal?: Decimal }
  | { readonly type: 'date'; readonly format: string }
  | { readonly type: 'text' };

/** A guessed type, with the reasons worth telling. */
export interface Inference {
  readonly type: ColumnType;
  readonly notes: readonly string[];
  /** Whether day and month could be swapped. */
  readonly ambiguous: boolean;
}

/** Different cells of a column (missing ones left out) and how often each occurs. */
export interface Levels {
  readonly texts: readonly string[];
  readonly counts: ArrayLike<number>;
}

const text: Inference = { type: { type: 'text' }, notes: [], ambiguous: false };
const tolerated = 0.005;
const smallest = 50;
const fewValues = 20;

/** How many cells of a column may contradict its type and be read as missing. */
export function tolerance(cells: number): number {
  return cells < smallest ? 0 : Math.max(1, Math.floor(tolerated * cells));
}

/**
 * Whether cells that are no values can be taken for slips: they are rare, and not a category of a
 * column that has few different values anyway (such as "4+" among 0, 1, 2, 3).
 */
export function areSlips(slips: ReadonlyMap<string, number>, cells: number, differentValues: number): boolean {
  let count = 0;
  let most = 0;
  for (const times of slips.values()) {
    count += times;
    most = Math.max(most, times);
  }
  if (count > tolerance(cells)) return false;
  return !(differentValues <= fewValues && most >= 3);
}

interface Trial {
  readonly good: number;
  readonly values: number;
  readonly slips: Map<string, number>;
}

const enoughToRefuse = 1000;

/** Reads all different cells; gives up early where the first thousand hold no value and are too many for slips. */
function attempt(levels: Levels, cells: number, read: (cell: string) => number): Trial {
  const slips = new Map<string, number>();
  const most = tolerance(cells);
  let good = 0;
  let values = 0;
  let slipped = 0;
  for (const [i, cell] of levels.texts.entries()) {
    const count = levels.counts[i]!;
    if (Number.isNaN(read(cell))) {
      slips.set(cell, count);
      slipped += count;
      if (good === 0 && i >= enoughToRefuse && slipped > most) break;
    } else {
      good += count;
      values++;
    }
  }
  return { good, values, slips };
}

/** Guesses the type of a column from all its different cells. */
export function inferType(levels: Levels): Inference {
  const cells = Array.from(levels.counts).reduce((sum, count) => sum + count, 0);
  if (cells === 0) return { type: { type: 'number' }, notes: [], ambiguous: false };
  const point = attempt(levels, cells, cell => numberIn(cell, '.'));
  const comma = point.good === cells ? undefined : attempt(levels, cells, cell => numberIn(cell, ','));
  const decimal: Decimal = comma && comma.good > point.good ? ',' : '.';
  const numbers = decimal === ',' ? comma! : point;
  if (areSlips(numbers.slips, cells, numbers.values)) {
    const notes = decimal === ',' ? ["numbers are written with a decimal comma ('1,5')"] : thousands(levels);
    return { type: { type: 'number', ...(decimal === ',' && { decimal }) }, notes, ambiguous: false };
  }
  return inferDate(levels, cells) ?? { ...text, notes: mostly(numbers, cells) };
}

function thousands(levels: Levels): string[] {
  const example = levels.texts.find(cell => /^[+-]?\d{1,3},\d{3}$/.test(cell));
  return example === undefined
    ? []
    : [`'${example}' was read as ${example.replace(',', '')}: the comma separates thousands`];
}

function mostly(numbers: Trial, cells: number): string[] {
  if (numbers.good < 0.5 * cells) return [];
  const examples = [...numbers.slips].sort((a, b) => b[1] - a[1]).slice(0, 3);
  const share = Math.floor((1000 * numbers.good) / cells) / 10;
  const shown = examples.map(([cell, times]) =>
    times > 1 ? `'${cell}' (${times.toLocaleString('en')} times)` : `'${cell}'`,
  );
  return [`read as text: ${share} % of its cells are numbers, but not ${shown.join(', ')}`];
}

function inferDate(levels: Levels, cells: number): Inference | undefined {
  let best: { format: string; trial: Trial } | undefined;
  for (const format of dateFormats) {
    const read = (cell: string): number => dateIn(cell, format);
    const trial = attempt(levels, cells, read);
    if (!best || trial.good > best.trial.good) best = { format, trial };
  }
  if (!best || !areSlips(best.trial.slips, cells, best.trial.values)) return undefined;
  const other = swappedFormat(best.format);
  if (other === undefined || !dateFormats.includes(other)) return dateOf(best.format, [], false);
  const swapped = attempt(levels, cells, cell => dateIn(cell, other));
  if (swapped.good < best.trial.good) return dateOf(best.format, [], false);
  const chosen = chooseOrder(levels, best.format, other);
  const note = `dates could be ${best.format} or ${other}; they were read as ${chosen} ('${levels.texts[0]}')`;
  return dateOf(chosen, [note], true);
}

function dateOf(format: string, notes: readonly string[], ambiguous: boolean): Inference {
  return { type: { type: 'date', format }, notes, ambiguous };
}

/** Day or month first, where both fit: a constant field is the day; else the order in which dates rise; else custom. */
function chooseOrder(levels: Levels, a: string, b: string): string {
  const dayFirst = a.startsWith('dd') ? a : b;
  const monthFirst = a.startsWith('dd') ? b : a;
  const fields = levels.texts.map(cell => cell.split(/[^\d]/));
  const constant = (i: number): boolean => fields.every(field => Number(field[i]) === Number(fields[0]![i]));
  if (fields.length > 1 && constant(0) !== constant(1)) return constant(0) ? dayFirst : monthFirst;
  const falls = (format: string): number => {
    const days = levels.texts.map(cell => dateIn(cell, format));
    return days.filter((day, i) => i > 0 && day < days[i - 1]!).length;
  };
  const difference = falls(dayFirst) - falls(monthFirst);
  if (difference !== 0) return difference < 0 ? dayFirst : monthFirst;
  return dayFirst.includes('/') ? monthFirst : dayFirst;
}
