/** The encodings of columns in Python: a call for each part, and the functions that it calls. */

import { days } from '../../features/encodings/cycle.ts';
import { scaleBounds } from '../../features/encodings/scale.ts';
import type { EncodedPart, Part } from '../../features/index.ts';

type OfKind<K> = Extract<Part, { readonly kind: K }>;

interface TorchEncoding<P> {
  /** What a part makes of a column [N, 1] (of words: a list of texts), [N, width]. */
  call(part: P, column: string): string;
  /** The function it calls, and those that this one calls. */
  readonly functions: readonly (keyof typeof functions)[];
}

const list = (values: readonly (number | string)[]): string => JSON.stringify(values);
const python = (value: boolean): string => (value ? 'True' : 'False');

export const functions = {
  soft_clip: `def soft_clip(z):
    """z near 0, never beyond -3 and 3."""
    return z / torch.sqrt((z / 3) ** 2 + 1)`,
  scaled: `def scaled(x, median, factor, low, high):
    """A number around its median; missing is the median."""
    return soft_clip((x.nan_to_num(median).clamp(low, high) - median) * factor)`,
  linear: `def linear(x, centre, factor):
    """A number less a centre, times a factor; missing is the centre."""
    return ((x.nan_to_num(centre).clamp(-1e37, 1e37) - centre) * factor).clamp(-1e37, 1e37)`,
  logarithm: `def logarithm(x, least, median, factor):
    """The logarithm of a positive number around its median; missing is the median."""
    z = (torch.log(x.clamp(least, 1e37)) - median) * factor
    return torch.where(x.isnan(), torch.zeros_like(x), soft_clip(z))`,
  side: `def side(x, middle, missing):
    """1 above the middle, else -1."""
    return torch.where(x.isnan(), missing, torch.where(x > middle, 1.0, -1.0))`,
  cycle: `def cycle(x, days):
    """Sine and cosine of the place of a date in a period."""
    whole = torch.floor(x * (1 / days)) * days
    angle = (x - whole) * (2 * math.pi / days)
    return torch.cat([torch.sin(angle), torch.cos(angle)], dim=1).nan_to_num(0.0)`,
  is_missing: `def is_missing(x):
    return x.isnan().float()`,
  bins: `def bins(x, edges, median):
    """How far a number reaches into each bin, 0 to 1; missing is the median."""
    edges = torch.tensor(edges)
    x = x.nan_to_num(median).clamp(edges[0].item(), edges[-1].item())
    return ((x - edges[:-1]) / (edges[1:] - edges[:-1])).clamp(0, 1)`,
  one_of: `def one_of(x, values):
    """A flag for each of some numbers."""
    return (x == torch.tensor(values)).float()`,
  words: `def words(texts, levels, missing, other):
    """A flag for each of some words, for missing ("") and for any other word."""
    codes = {level: code for code, level in enumerate([*levels, ""])}
    flags = [*range(len(levels)), *([len(levels)] if missing else []), *([-1] if other else [])]
    found = torch.tensor([[codes.get(text, -1)] for text in texts], dtype=torch.long).reshape(-1, 1)
    return (found == torch.tensor(flags)).float()`,
  calendar: `def calendar(date, field):
    """Year; month 1 to 12; weekday 1 = Monday to 7; hour 0 to 23 of days since 1970-01-01."""
    def whole(x, d):
        return torch.floor((x + 0.5) / d)

    day = torch.floor(date)
    if field == "hour":
        return torch.floor((date - day) * 24 + 0.04).clamp(max=23)
    if field == "weekday":
        return day + 3 - 7 * whole(day + 3, 7) + 1
    day = day + 719468
    era = whole(day, 146097)
    day = day - 146097 * era
    year = whole(day + whole(day, 36524) - whole(day, 1460) - whole(day, 146096), 365)
    day = day - 365 * year - whole(year, 4) + whole(year, 100)
    month = whole(5 * day + 2, 153)
    if field == "month":
        return torch.where(month < 10, month + 3, month - 9)
    return year + 400 * era + (month >= 10).float()`,
} as const;

/** Every kind of encoding; one that is not here does not compile. */
const kinds: { readonly [K in Part['kind']]: TorchEncoding<OfKind<K>> } = {
  scale: {
    call: (part, column) => `scaled(${[column, part.median, part.factor, ...scaleBounds(part)].join(', ')})`,
    functions: ['scaled', 'soft_clip'],
  },
  linear: {
    call: ({ centre, factor }, column) => `linear(${column}, ${centre}, ${factor})`,
    functions: ['linear'],
  },
  log: {
    call: ({ least, median, factor }, column) => `logarithm(${column}, ${least}, ${median}, ${factor})`,
    functions: ['logarithm', 'soft_clip'],
  },
  sign: {
    call: ({ middle, missing }, column) => `side(${column}, ${middle}, ${missing}.0)`,
    functions: ['side'],
  },
  cycle: { call: ({ period }, column) => `cycle(${column}, ${days[period]})`, functions: ['cycle'] },
  missing: { call: (_, column) => `is_missing(${column})`, functions: ['is_missing'] },
  bins: {
    call: ({ edges, median }, column) => `bins(${column}, ${list(edges)}, ${median})`,
    functions: ['bins'],
  },
  values: { call: ({ values }, column) => `one_of(${column}, ${list(values)})`, functions: ['one_of'] },
  words: {
    call: ({ levels, missing, other }, column) =>
      `words(${column}, ${list(levels)}, missing=${python(missing)}, other=${python(other)})`,
    functions: ['words'],
  },
};

const recordOf = (part: Part): TorchEncoding<Part> => kinds[part.kind] as TorchEncoding<Part>;

/** The Python of what a part makes of the variable that holds its column. */
export function encodingCall({ part, field }: EncodedPart, column: string): string {
  return recordOf(part).call(part, field ? `calendar(${column}, "${field}")` : column);
}

/** The functions that these parts call, in the order in which they are told. */
export function encodingFunctions(parts: readonly EncodedPart[]): readonly string[] {
  const used = new Set<string>(parts.flatMap(({ part }) => recordOf(part).functions));
  if (parts.some(({ field }) => field)) used.add('calendar');
  return Object.entries(functions).flatMap(([name, text]) => (used.has(name) ? [text] : []));
}
