/** Where the true value of a score lies, as far as its sample tells. */
import type { Metric } from '../train/index.ts';

export type Method = 'wilson' | 'normal';

/** From low to high with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly method: Method;
}

export const level = 0.95;
/** The 97.5 % point of the standard normal distribution. */
const z = 1.959963984540054;

export const methods: Readonly<Record<Method, string>> = {
  wilson:
    "Wilson's score interval of a share of independent rows (Wilson 1927, JASA 22; recommended by Brown, Cai and DasGupta 2001, Statistical Science 16)",
  normal:
    'normal approximation: value ± 1.96 standard errors of its influence function, rows taken as independent, of forecasts each horizon of neighbouring origins as one (DeLong et al. 1988 for auc; Liang and Zeger 1986 for groups)',
};

/** The interval of a share that held in so many rows: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). */
export function wilson(share: number, rows: number): Interval {
  const centre = share + z ** 2 / (2 * rows);
  const reach = z * Math.sqrt((share * (1 - share)) / rows + z ** 2 / (4 * rows ** 2));
  const size = 1 + z ** 2 / rows;
  return {
    low: Math.max(0, (centre - reach) / size),
    high: Math.min(1, (centre + reach) / size),
    method: 'wilson',
  };
}

/** The interval of a metric's value on so many rows; null where its standard error is not known. */
export function intervalOf(
  { share, range: [least, most] }: Metric,
  value: number,
  rows: number,
  standardError: number | undefined,
): Interval | null {
  if (share) return rows > 0 ? wilson(value, rows) : null;
  if (standardError === undefined || !Number.isFinite(standardError)) return null;
  return {
    low: Math.max(least, value - z * standardError),
    high: Math.min(most, value + z * standardError),
    method: 'normal',
  };
}
