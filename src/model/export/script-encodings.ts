/** The encodings of columns as functions of one cell. */
import { days } from '../../features/encodings/cycle.ts';
import { scaleBounds } from '../../features/encodings/scale.ts';
import type { EncodedPart, Part } from '../../features/index.ts';
import type { Helper } from './script-text.ts';

type OfKind<K> = Extract<Part, { readonly kind: K }>;

/** A helper that statements call by its name. */
interface Called extends Helper {
  readonly name: string;
}

interface ScriptEncoding<P> {
  readonly helper: Called;
  /** The statement that writes what a part makes of a cell into the row x from `at` on. */
  line(part: P, cell: string, at: number): string;
}

const softClip: Helper = {
  text: t => t`/** z near 0, never beyond -3 and 3. */
function softClip(z‹: number›)‹: number› {
  return z / Math.sqrt((z / 3) ** 2 + 1);
}`,
};

const scaled: Called = {
  name: 'scaled',
  needs: [softClip],
  text: t => t`/** A number around its median; missing is the median. */
function scaled(value‹: number›, median‹: number›, factor‹: number›, low‹: number›, high‹: number›)‹: number› {
  if (Number.isNaN(value)) return 0;
  return softClip((Math.min(Math.max(value, low), high) - median) * factor);
}`,
};

const linear: Called = {
  name: 'linear',
  text: t => t`/** A number less a centre, times a factor; missing is the centre. */
function linear(value‹: number›, centre‹: number›, factor‹: number›)‹: number› {
  return Number.isNaN(value) ? 0 : Math.min(Math.max((value - centre) * factor, -1e37), 1e37);
}`,
};

const logarithm: Called = {
  name: 'logarithm',
  needs: [softClip],
  text: t => t`/** The logarithm of a positive number around its median; missing is the median. */
function logarithm(value‹: number›, least‹: number›, median‹: number›, factor‹: number›)‹: number› {
  if (Number.isNaN(value)) return 0;
  return softClip((Math.log(Math.min(Math.max(value, least), 1e37)) - median) * factor);
}`,
};

const side: Called = {
  name: 'side',
  text: t => t`/** 1 above the middle, else -1. */
function side(value‹: number›, middle‹: number›, missing‹: number›)‹: number› {
  if (Number.isNaN(value)) return missing;
  return value > middle ? 1 : -1;
}`,
};

const cycle: Called = {
  name: 'cycle',
  text: t => t`/** Sine and cosine of the place of a date in a period, in the steps and the precision of the network. */
function cycle(x‹: Float64Array›, at‹: number›, value‹: number›, days‹: number›)‹: void› {
  if (Number.isNaN(value)) return;
  const turns = Math.fround(value * Math.fround(1 / days));
  const whole = Math.fround(Math.floor(turns) * Math.fround(days));
  const angle = Math.fround(Math.fround(value - whole) * Math.fround((2 * Math.PI) / days));
  x[at] = Math.sin(angle);
  x[at + 1] = Math.cos(angle);
}`,
};

const missing: Called = {
  name: 'isMissing',
  text: t => t`function isMissing(value‹: number›)‹: number› {
  return Number.isNaN(value) ? 1 : 0;
}`,
};

const bins: Called = {
  name: 'bins',
  text: t => t`/** How far a number reaches into each bin, 0 to 1; missing is the median. */
function bins(x‹: Float64Array›, at‹: number›, value‹: number›, edges‹: readonly number[]›, median‹: number›)‹: void› {
  const seen = Number.isNaN(value) ? median : value;
  for (let i = 1; i < edges.length; i++) {
    const low = edges[i - 1]‹!›;
    const high = edges[i]‹!›;
    x[at + i - 1] = seen <= low ? 0 : seen >= high ? 1 : (seen - low) / (high - low);
  }
}`,
};

const oneOf: Called = {
  name: 'oneOf',
  text: t => t`/** A flag for each of some numbers. */
function oneOf(x‹: Float64Array›, at‹: number›, value‹: number›, values‹: readonly number[]›)‹: void› {
  const found = values.indexOf(value);
  if (found >= 0) x[at + found] = 1;
}`,
};

const words: Called = {
  name: 'words',
  text: t => t`/** A flag for each of some words; those for missing and for any other word come last, -1 = there is none. */
function words(x‹: Float64Array›, at‹: number›, word‹: string›, levels‹: readonly string[]›, missing‹: number›, other‹: number›)‹: void› {
  const found = word === '' ? missing : levels.indexOf(word);
  const flag = found < 0 && word !== '' ? other : found;
  if (flag >= 0) x[at + flag] = 1;
}`,
};

const calendar: Called = {
  name: 'calendar',
  text: t => t`/** Year; month 1 to 12; weekday 1 = Monday to 7; hour 0 to 23 of days since 1970-01-01. */
function calendar(date‹: number›, field‹: 'year' | 'month' | 'weekday' | 'hour'›)‹: number› {
  const day = Math.floor(date);
  if (field === 'hour') return Math.min(23, Math.floor((date - day) * 24 + 0.04));
  if (field === 'weekday') return day + 3 - 7 * Math.floor((day + 3) / 7) + 1;
  const era = Math.floor((day + 719468) / 146097);
  const dayOfEra = day + 719468 - 146097 * era;
  const leap = Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 146096);
  const year = Math.floor((dayOfEra + leap) / 365);
  const dayOfYear = dayOfEra - 365 * year - Math.floor(year / 4) + Math.floor(year / 100);
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  if (field === 'month') return month < 10 ? month + 3 : month - 9;
  return year + 400 * era + (month < 10 ? 0 : 1);
}`,
};

const list = (values: readonly (string | number)[]): string => JSON.stringify(values);

/** Every kind of encoding; one that is not here does not compile. */
const kinds: { readonly [K in Part['kind']]: ScriptEncoding<OfKind<K>> } = {
  scale: {
    helper: scaled,
    line: (part, cell, at) =>
      `x[${at}] = scaled(${[cell, part.median, part.factor, ...scaleBounds(part)].join(', ')});`,
  },
  linear: {
    helper: linear,
    line: ({ centre, factor }, cell, at) => `x[${at}] = linear(${cell}, ${centre}, ${factor});`,
  },
  log: {
    helper: logarithm,
    line: ({ least, median, factor }, cell, at) => `x[${at}] = logarithm(${cell}, ${least}, ${median}, ${factor});`,
  },
  sign: {
    helper: side,
    line: ({ middle, missing }, cell, at) => `x[${at}] = side(${cell}, ${middle}, ${missing});`,
  },
  cycle: { helper: cycle, line: ({ period }, cell, at) => `cycle(x, ${at}, ${cell}, ${days[period]});` },
  missing: { helper: missing, line: (_, cell, at) => `x[${at}] = isMissing(${cell});` },
  bins: {
    helper: bins,
    line: ({ edges, median }, cell, at) => `bins(x, ${at}, ${cell}, ${list(edges)}, ${median});`,
  },
  values: { helper: oneOf, line: ({ values }, cell, at) => `oneOf(x, ${at}, ${cell}, ${list(values)});` },
  words: {
    helper: words,
    line({ levels, missing, other }, cell, at) {
      const none = missing ? levels.length : -1;
      const others = other ? levels.length + Number(missing) : -1;
      return `words(x, ${at}, ${cell}, ${list(levels)}, ${none}, ${others});`;
    },
  },
};

const recordOf = (part: Part): ScriptEncoding<Part> => kinds[part.kind] as ScriptEncoding<Part>;

/** The statement of a part, from the variable that holds its column's cell. */
export const encodingLine = ({ part, field }: EncodedPart, cell: string, at: number): string =>
  recordOf(part).line(part, field ? `calendar(${cell}, '${field}')` : cell, at);

/** The names that the statements call. */
export const encodingNames: readonly string[] = [
  ...Object.values(kinds).map(({ helper }) => helper.name),
  calendar.name,
];

export const encodingHelpers = (parts: readonly EncodedPart[]): readonly Helper[] =>
  parts.flatMap(({ part, field }) => [recordOf(part).helper, ...(field ? [calendar] : [])]);
