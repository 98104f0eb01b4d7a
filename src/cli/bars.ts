import { formatNumber } from '../format.ts';
import type { Terminal } from './terminal.ts';
import { displayWidth, padRight, singleLine, truncate } from './width.ts';

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

function block(length: number, unicode: boolean): string {
  if (!unicode) return '#'.repeat(Math.round(length));
  const whole = Math.round(length * 8);
  const rest = whole % 8;
  return '█'.repeat(Math.floor(whole / 8)) + (rest ? eighths[rest]! : '');
}
