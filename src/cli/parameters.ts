import { didYouMean, HillockError } from '../errors.ts';

/** One argument or option of a command: how it is shown, and how the texts a person typed become a value. */
export interface Parameter<T> {
  readonly kind: 'flag' | 'text' | 'list' | 'number' | 'integer' | 'choice';
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly limits?: Limits;
  /** The placeholder of its value, as help shows it; absent for a flag. */
  readonly value?: string;
  /** The default, as help shows it. */
  readonly fallback?: string;
  readonly required?: boolean;
  /** May be given more than once. */
  readonly repeatable?: boolean;
  /** The value of the texts given (none: it was not given); throws a usage error that does not name the parameter. */
  read(texts: readonly string[]): T;
}

/** Named parameters: a camelCase key is the kebab-case name a person types. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The values that parameters read. */
export type Values<P extends Parameters> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

function single<T>(
  told: Pick<Parameter<T>, 'kind' | 'choices' | 'limits' | 'summary'> & { readonly value: string },
  parse: (text: string) => T,
): Parameter<T | undefined> {
  return {
    ...told,
    read(texts) {
      if (texts.length > 1) throw new HillockError('usage', 'is given more than once');
      return texts.length === 0 ? undefined : parse(texts[0]!);
    },
  };
}

/** A switch without a value. */
export function flag(summary: string): Parameter<boolean> {
  return { kind: 'flag', summary, read: texts => texts.length > 0 };
}

/** Any text. */
export function text(value: string, summary: string): Parameter<string | undefined> {
  return single({ kind: 'text', value, summary }, given => given);
}

/** Texts separated by commas. */
export function list(value: string, summary: string): Parameter<string[] | undefined> {
  return single({ kind: 'list', value, summary }, items);
}

/** Limits of a number, both included. */
export interface Limits {
  readonly min?: number;
  readonly max?: number;
}

/** A finite number. */
export function number(value: string, summary: string, limits: Limits = {}): Parameter<number | undefined> {
  return single({ kind: 'number', value, summary, limits }, given => withinLimits(parseNumber(given, ''), limits));
}

/** A whole number. */
export function integer(value: string, summary: string, limits: Limits = {}): Parameter<number | undefined> {
  return single({ kind: 'integer', value, summary, limits }, given => withinLimits(parseInteger(given, ''), limits));
}

/** Finite numbers separated by commas. */
export function numbers(value: string, summary: string): Parameter<number[] | undefined> {
  return single({ kind: 'list', value, summary }, given =>
    items(given).map((item, i) => parseNumber(item, `item ${i + 1} `)),
  );
}

/** Whole numbers separated by commas. */
export function integers(value: string, summary: string, limits: Limits = {}): Parameter<number[] | undefined> {
  return single({ kind: 'list', value, summary }, given =>
    items(given).map((item, i) => withinLimits(parseInteger(item, `item ${i + 1} `), limits)),
  );
}

/** One of a few names. */
export function choice<const C extends string>(
  value: string,
  choices: readonly C[],
  summary: string,
): Parameter<C | undefined> {
  return single({ kind: 'choice', value, choices, summary: `${summary}: ${choices.join(', ')}` }, given => {
    const found = choices.find(name => name === given);
    if (found !== undefined) return found;
    const near = didYouMean(given, choices);
    throw new HillockError(
      'usage',
      `${JSON.stringify(given)} is not one of ${choices.join(', ')}`,
      near && `did you mean ${near}?`,
    );
  });
}

/** A parameter that must be given. */
export function required<T>(parameter: Parameter<T>): Parameter<Exclude<T, undefined>> {
  return {
    ...parameter,
    required: true,
    read(texts) {
      const value = parameter.read(texts);
      if (value === undefined) throw new HillockError('usage', 'is required');
      return value as Exclude<T, undefined>;
    },
  };
}

/** A parameter with a value when it is not given; `shown` is how help writes that value. */
export function withDefault<T>(
  parameter: Parameter<T>,
  value: Exclude<T, undefined>,
  shown = String(value),
): Parameter<Exclude<T, undefined>> {
  return {
    ...parameter,
    fallback: shown,
    read: texts => (texts.length === 0 ? value : (parameter.read(texts) as Exclude<T, undefined>)),
  };
}

/** A parameter that may be given several times, in order. */
export function repeated<T>(parameter: Parameter<T>): Parameter<Exclude<T, undefined>[]> {
  return {
    ...parameter,
    repeatable: true,
    read: texts => {
      if (texts.length === 0 && parameter.required) parameter.read(texts);
      return texts.map(given => parameter.read([given]) as Exclude<T, undefined>);
    },
  };
}

function items(given: string): string[] {
  const found = given.split(',').map(item => item.trim());
  const empty = found.indexOf('');
  if (empty >= 0) throw new HillockError('usage', `item ${empty + 1} of ${JSON.stringify(given)} is empty`);
  return found;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function parseNumber(given: string, which: string): number {
  const trimmed = given.trim().replace(/^\u2212/, '-');
  const value = Number(trimmed);
  if (decimal.test(trimmed) && Number.isFinite(value)) return value;
  throw new HillockError(
    'usage',
    decimal.test(trimmed) || /^[+-]?inf(inity)?$/i.test(trimmed)
      ? `${which}must be finite, not ${JSON.stringify(given)}`
      : `${which}is not a number: ${JSON.stringify(given)}`,
    given.startsWith('--') ? `is the value before ${given} missing?` : undefined,
  );
}

function parseInteger(given: string, which: string): number {
  const value = parseNumber(given, which);
  if (Number.isSafeInteger(value)) return value;
  throw new HillockError('usage', `${which}must be a whole number, not ${JSON.stringify(given)}`);
}

function withinLimits(value: number, { min = -Infinity, max = Infinity }: Limits): number {
  if (value >= min && value <= max) return value;
  const expected =
    max === Infinity ? `at least ${min}` : min === -Infinity ? `at most ${max}` : `between ${min} and ${max}`;
  throw new HillockError('usage', `must be ${expected}, not ${value}`);
}
