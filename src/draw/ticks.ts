import { formatNumber } from '../format.ts';

/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/**
 * Round values from `low` to `high`, 1, 2 or 5 times a power of ten apart (Heckbert 1990): at most `most`, more only
 * where fewer than two would be left.
 */
export function ticks(low: number, high: number, most: number): Tick[] {
  const raw = (high - low) / Math.max(1, most - 1);
  if (!(raw > 0 && Number.isFinite(raw))) return [{ value: low, label: formatNumber(low) }];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find(times => times * power >= raw * (1 - 1e-9)) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  if (last - first < 1 && most < 16) return ticks(low, high, most + 1);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return {
      value,
      label:
        decimals <= 6 && Math.abs(value) < 1e7
          ? value.toFixed(decimals).replace(/^-(0\.?0*)$/, '$1')
          : formatNumber(value),
    };
  });
}

/** The smallest and largest finite value, widened where they are equal; 0 and 1 when there is none. */
export function extent(values: Iterable<number>): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  if (low < high) return [low, high];
  const room = Math.abs(low) / 10 || 1;
  return [low - room, high + room];
}
