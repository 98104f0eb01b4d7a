import { formatNumber } from './format.ts';
import type { Terminal } from './terminal.ts';
import { extent, ticks } from './ticks.ts';
import { displayWidth, padLeft, padRight, singleLine, truncate } from './width.ts';

/** One bar: its name, its length, and how the number is written beside it. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text?: string;
}

type Look = Pick<Terminal, 'unicode'>;

const eighths = ' ▏▎▍▌▋▊▉';

/** Horizontal bars from 0, one a line; a negative value hangs to the left of the 0. */
export function bars(entries: readonly Bar[], look: Look, width = 40): string {
  const finite = entries.map(({ value }) => (Number.isFinite(value) ? value : 0));
  const longest = Math.max(0, ...finite);
  const deepest = Math.max(0, ...finite.map(value => -value));
  const scale = width / (longest + deepest || 1);
  const left = Math.round(deepest * scale);
  const labels = entries.map(({ label }) => truncate(singleLine(label), 32));
  const labelWidth = Math.max(0, ...labels.map(displayWidth));
  return entries
    .map(({ value, text = formatNumber(value, 4) }, i) => {
      const length = finite[i]! * scale;
      const back = length < 0 ? block(-length, look.unicode).length : 0;
      const drawn =
        length < 0
          ? `${' '.repeat(Math.max(0, left - back))}${(look.unicode ? '█' : '#').repeat(back)}`
          : `${' '.repeat(left)}${block(length, look.unicode)}`;
      return `${padRight(labels[i]!, labelWidth)}  ${drawn} ${text}`.trimEnd();
    })
    .join('\n');
}

/** The course of a series in one line of characters, low to high; what is not finite is a space. */
export function sparkline(values: readonly number[], look: Look): string {
  const levels = look.unicode ? '▁▂▃▄▅▆▇█' : '_.-~=+*#';
  const [low, high] = extent(values);
  return values
    .map(value =>
      Number.isFinite(value) ? levels[Math.round(((value - low) / (high - low)) * (levels.length - 1))] : ' ',
    )
    .join('');
}

/** How often values fall in bins with round limits, as bars; what is not finite is not counted. */
export function histogram(
  values: readonly number[],
  look: Look,
  options: { bins?: number; width?: number } = {},
): string {
  const { bins = 10, width = 40 } = options;
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return 'no values';
  const [low, high] = extent(finite);
  const limits = limitsAround(low, high, bins);
  const step = limits[1]!.value - limits[0]!.value;
  const counts = new Array<number>(limits.length - 1).fill(0);
  for (const value of finite) {
    const bin = Math.floor((value - limits[0]!.value) / step);
    counts[Math.min(Math.max(bin, 0), counts.length - 1)]!++;
  }
  const digits = Math.max(...limits.map(({ label }) => displayWidth(label)));
  return bars(
    counts.map((count, i) => ({
      label: `${padLeft(limits[i]!.label, digits)} to ${padLeft(limits[i + 1]!.label, digits)}`,
      value: count,
      text: String(count),
    })),
    look,
    width,
  );
}

function limitsAround(low: number, high: number, bins: number): { value: number; label: string }[] {
  const inner = ticks(low, high, bins);
  const step = inner.length > 1 ? inner[1]!.value - inner[0]!.value : high - low;
  const first = Math.floor(low / step + 1e-9) * step;
  const last = Math.ceil(high / step - 1e-9) * step;
  return ticks(first, Math.max(last, first + step), Math.round((last - first) / step) + 1);
}

function block(length: number, unicode: boolean): string {
  if (!unicode) return '#'.repeat(Math.round(length));
  const whole = Math.round(length * 8);
  const rest = whole % 8;
  return '█'.repeat(Math.floor(whole / 8)) + (rest ? eighths[rest]! : '');
}
