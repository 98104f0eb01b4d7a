/** One request and its answer as plain data, whatever carries them. */

export interface Exchange {
  readonly method: string;
  /** Path and query as they came, such as `/predict?explain=1`. */
  readonly target: string;
  /** A header by its lower-case name. */
  header(name: string): string | null;
  /** The body as it came; throws a `Refusal` (413) as soon as it is longer than `limit` bytes, and what `came`, told of each piece, throws. */
  body(limit: number, came: (bytes: number) => void): Promise<Uint8Array>;
  /** Nobody waits for the answer any more. */
  gone(): boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** One thing that is wrong with a request. */
export interface Problem {
  /** JSON pointer (RFC 6901) to the place in the body. */
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
  readonly hint?: string;
  /** The values that are allowed, where they can be listed. */
  readonly allowed?: readonly string[];
}

/** Why a request is not answered: an HTTP status, a sentence, and what is wrong where. */
export class Refusal extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { readonly problems?: readonly Problem[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.problems = more.problems ?? [];
    this.headers = more.headers ?? {};
  }
}

/** A refusal of a body for one place in it. */
export function wrong(pointer: string, expected: string, found: string, more: Partial<Problem> = {}): Refusal {
  const problem = { pointer, expected, found, ...more };
  const where = pointer === '' ? '' : ` at ${pointer}`;
  const hint = more.hint === undefined ? '' : `; ${more.hint}`;
  return new Refusal(400, `expected ${expected}${where}, found ${found}${hint}`, { problems: [problem] });
}

/** A place below a pointer. */
export const below = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** A value as an error shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return String(value);
  return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value)}`;
}

const jsonHeaders = { 'content-type': 'application/json' } as const;

export const jsonReply = (text: string, status = 200): Reply => ({ status, headers: jsonHeaders, body: text });

export const textReply = (text: string, type = 'text/plain; charset=utf-8', status = 200): Reply => ({
  status,
  headers: { 'content-type': type },
  body: text,
});
