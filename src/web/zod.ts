/**
 * The part of zod that specifications and files are checked with, with the same outcomes and first words, in a tenth of the
 * size: `scripts/build.mjs` puts it in the place of zod in what pages load. `zod.test.ts` compares the two.
 */

/** The first thing that is wrong; `soft` where the value is of the right type. */
interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly soft: boolean;
  readonly code?: 'invalid_type';
  /** The type that was expected, where another was found. */
  readonly expected?: string;
}

type Check = (value: never) => string | undefined;

interface Schema {
  /** The value as it is kept; throws an `Issue`. */
  read(value: unknown): unknown;
  /** Of an object: its fields. */
  readonly shape?: Shape;
  extend?(more: Shape): Schema;
  /** Of one of some values: these. */
  readonly values?: readonly unknown[];
  safeParse(value: unknown): { success: true; data: unknown } | { success: false; error: { issues: readonly Issue[] } };
  min(least: number): Schema;
  max(most: number): Schema;
  gt(than: number): Schema;
  lt(than: number): Schema;
  positive(): Schema;
  optional(): Schema;
  nullable(): Schema;
  default(value: unknown): Schema;
  describe(): Schema;
  and(other: Schema): Schema;
  refine(fits: (value: never) => boolean, message?: string): Schema;
  transform(make: (value: never) => unknown): Schema;
}

type Fields = Readonly<Record<string, unknown>>;
type Shape = Readonly<Record<string, Schema>>;

const wrong = (message: string, soft = false): Issue => ({ path: [], message, soft });

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : typeof value;
}

const expected = (what: string, value: unknown): Issue => ({
  ...wrong(`Invalid input: expected ${what}, received ${typeOf(value)}`),
  code: 'invalid_type',
  expected: what,
});

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads what lies inside; an issue is told with its place. */
function inside(schema: Schema, value: unknown, place: string | number): unknown {
  try {
    return schema.read(value);
  } catch (issue) {
    throw { ...(issue as Issue), path: [place, ...(issue as Issue).path] };
  }
}

/** How sizes of a type are spoken of. */
const sized: Readonly<Record<string, string>> = { string: 'characters', array: 'items' };

function schema(read: (value: unknown) => unknown, type = ''): Schema {
  const checked = (check: Check): Schema =>
    schema(value => {
      const kept = read(value);
      const message = check(kept as never);
      if (message !== undefined) throw wrong(message, true);
      return kept;
    }, type);
  const bound = (fits: (size: number) => boolean, small: boolean, sign: string, limit: number): Schema =>
    checked((value: number | { readonly length: number }) => {
      if (fits(typeof value === 'number' ? value : value.length)) return undefined;
      const size = sized[type];
      return `Too ${small ? 'small' : 'big'}: expected ${type} to ${size ? 'have' : 'be'} ${sign}${limit}${size ? ` ${size}` : ''}`;
    });
  const self: Schema = {
    read,
    safeParse(value) {
      try {
        return { success: true, data: read(value) };
      } catch (issue) {
        if (!isFields(issue) || !('soft' in issue)) throw issue;
        return { success: false, error: { issues: [issue as unknown as Issue] } };
      }
    },
    min: least => bound(size => size >= least, true, '>=', least),
    max: most => bound(size => size <= most, false, '<=', most),
    gt: than => bound(size => size > than, true, '>', than),
    lt: than => bound(size => size < than, false, '<', than),
    positive: () => self.gt(0),
    optional: () => schema(value => (value === undefined ? undefined : read(value))),
    nullable: () => schema(value => (value === null ? null : read(value))),
    default: usual => schema(value => (value === undefined ? usual : read(value))),
    describe: () => self,
    and: other => schema(value => ({ ...(read(value) as Fields), ...(other.read(value) as Fields) })),
    refine: (fits, message = 'Invalid input') => checked(value => (fits(value) ? undefined : message)),
    transform: make => schema(value => make(read(value) as never)),
  };
  return self;
}

function primitive(type: string, fits = (value: unknown): boolean => typeof value === type): Schema {
  return schema(value => {
    if (fits(value)) return value;
    throw expected(type, value);
  }, type);
}

const shown = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));

function oneOf(values: readonly unknown[]): Schema {
  const all = values.map(shown);
  const one = schema(value => {
    if (values.includes(value)) return value;
    throw wrong(
      all.length === 1 ? `Invalid input: expected ${all[0]}` : `Invalid option: expected one of ${all.join('|')}`,
    );
  });
  return { ...one, values };
}

function object(shape: Shape, strict: boolean): Schema {
  const fields = schema(value => {
    if (!isFields(value)) throw expected('object', value);
    const kept: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(shape)) {
      const own = inside(field, value[name], name);
      if (own !== undefined || name in value) kept[name] = own;
    }
    const unknown = strict ? Object.keys(value).filter(name => !Object.hasOwn(shape, name)) : [];
    if (unknown.length > 0)
      throw wrong(`Unrecognized key${unknown.length > 1 ? 's' : ''}: ${unknown.map(shown).join(', ')}`, true);
    return kept;
  });
  return { ...fields, shape, extend: more => object({ ...shape, ...more }, strict) };
}

/** The one of the objects whose field `key` is what is given. */
function discriminated(key: string, options: readonly Schema[]): Schema {
  return schema(value => {
    if (!isFields(value)) throw expected('object', value);
    const option = options.find(({ shape }) => shape![key]!.values!.includes(value[key]));
    if (option) return option.read(value);
    const names = options.flatMap(({ shape }) => shape![key]!.values!.map(name => `'${name}'`));
    throw { ...wrong(`Invalid discriminator value. Expected ${names.join(' | ')}`), path: [key] };
  });
}

function union(options: readonly Schema[]): Schema {
  return schema(value => {
    const issues: Issue[] = [];
    for (const option of options) {
      const result = option.safeParse(value);
      if (result.success) return result.data;
      issues.push(...result.error.issues);
    }
    const near = issues.filter(({ soft }) => soft);
    throw near.length === 1 ? near[0]! : wrong('Invalid input');
  });
}

const int = (value: unknown): unknown => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw expected('number', value);
  if (!Number.isInteger(value)) throw expected('int', value);
  if (Number.isSafeInteger(value)) return value;
  throw wrong(
    value > 0
      ? `Too big: expected int to be <=${Number.MAX_SAFE_INTEGER}`
      : `Too small: expected int to be >=${Number.MIN_SAFE_INTEGER}`,
    true,
  );
};

export const z = {
  string: () => primitive('string'),
  number: () => primitive('number', Number.isFinite),
  int: () => schema(int, 'number'),
  boolean: () => primitive('boolean'),
  null: () => primitive('null', value => value === null),
  unknown: () => schema(value => value),
  literal: (value: unknown) => oneOf([value]),
  enum: (values: readonly string[]) => oneOf(values),
  custom: (fits: (value: unknown) => boolean = () => true) =>
    schema(value => {
      if (fits(value)) return value;
      throw wrong('Invalid input', true);
    }),
  array: (items: Schema) =>
    schema(value => {
      if (!Array.isArray(value)) throw expected('array', value);
      return Array.from(value, (item, i) => inside(items, item, i));
    }, 'array'),
  tuple: (items: readonly Schema[]) =>
    schema(value => {
      if (!Array.isArray(value)) throw expected('tuple', value);
      const more = value.length - items.length;
      if (more !== 0) {
        throw wrong(
          `Too ${more > 0 ? 'big' : 'small'}: expected array to have ${more > 0 ? '<=' : '>='}${items.length} items`,
        );
      }
      return items.map((item, i) => inside(item, value[i], i));
    }),
  record: (_: Schema, values: Schema) =>
    schema(value => {
      if (!isFields(value)) throw expected('record', value);
      const names = Object.keys(value).filter(name => name !== '__proto__');
      return Object.fromEntries(names.map(name => [name, inside(values, value[name], name)]));
    }),
  object: (shape: Shape) => object(shape, false),
  strictObject: (shape: Shape) => object(shape, true),
  union,
  discriminatedUnion: discriminated,
};
