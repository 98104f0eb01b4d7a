/** Lists of records or of values, as most programs write them, read in one pass over their bytes. */

/** What a column's cells may be, and as which numbers they go into the model. */
export interface ScannedColumn {
  readonly name: string;
  /** Whether it takes numbers, as they are. */
  readonly numbers: boolean;
  /** The numbers of words. */
  readonly words: ReadonlyMap<string, number>;
  /** The number of null; undefined where a cell must not be missing. */
  readonly missing: number | undefined;
}

interface Word {
  readonly bytes: Uint8Array;
  readonly code: number;
}

const utf8 = new TextEncoder();
const ascii = new TextDecoder();
/** Powers of ten that a float64 holds exactly. */
const tens = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);
/** Digits that make a whole number that a float64 holds exactly, whatever they are. */
const exactDigits = 15;
const nothing = utf8.encode('null');
const slots = 64;

const isBlank = (byte: number): boolean =>
  byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

// Each of these takes the place where something should begin, and gives the place after it, or `none`; a zero byte ends all.
const none = -1;

function afterBlanks(bytes: Uint8Array, at: number): number {
  let after = at;
  while (isBlank(bytes[after]!)) after++;
  return after;
}

function afterMark(bytes: Uint8Array, at: number, mark: number): number {
  const from = isBlank(bytes[at]!) ? afterBlanks(bytes, at) : at;
  if (bytes[from] !== mark) return none;
  return isBlank(bytes[from + 1]!) ? afterBlanks(bytes, from + 1) : from + 1;
}

function afterSame(bytes: Uint8Array, at: number, other: Uint8Array): number {
  for (let i = 0; i < other.length; i++) if (bytes[at + i] !== other[i]) return none;
  return at + other.length;
}

function afterDigits(bytes: Uint8Array, at: number): number {
  let after = at;
  while (isDigit(bytes[after]!)) after++;
  return after;
}

const hashed = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0;

/** Words by a hash of their bytes. */
function wordTable(words: ReadonlyMap<string, number>): readonly (readonly Word[])[] {
  const table: Word[][] = Array.from({ length: slots }, () => []);
  for (const [word, code] of words) {
    const bytes = utf8.encode(word);
    table[bytes.reduce(hashed, 0) & (slots - 1)]!.push({ bytes, code });
  }
  return table;
}

function afterWord(
  bytes: Uint8Array,
  at: number,
  table: readonly (readonly Word[])[],
  into: Float64Array,
  slot: number,
): number {
  let end = at + 1;
  let hash = 0;
  for (let byte = bytes[end]!; byte !== 0x22; byte = bytes[++end]!) {
    if (byte < 0x20 || byte === 0x5c) return none;
    hash = hashed(hash, byte);
  }
  const known = table[hash & (slots - 1)]!;
  for (let i = 0; i < known.length; i++) {
    const word = known[i]!;
    if (word.bytes.length === end - at - 1 && afterSame(bytes, at + 1, word.bytes) === end) {
      into[slot] = word.code;
      return end + 1;
    }
  }
  return none;
}

function afterNumber(bytes: Uint8Array, at: number, into: Float64Array, slot: number): number {
  const negative = bytes[at] === 0x2d;
  const first = negative ? at + 1 : at;
  let end = first;
  let whole = 0;
  let byte = bytes[end]!;
  for (; isDigit(byte); byte = bytes[++end]!) whole = whole * 10 + (byte - 0x30);
  let digits = end - first;
  if (digits === 0 || (digits > 1 && bytes[first] === 0x30)) return none;
  let decimals = 0;
  if (byte === 0x2e) {
    const point = ++end;
    for (byte = bytes[end]!; isDigit(byte); byte = bytes[++end]!) whole = whole * 10 + (byte - 0x30);
    decimals = end - point;
    digits += decimals;
    if (decimals === 0) return none;
  }
  if (byte !== 0x65 && byte !== 0x45 && digits <= exactDigits) {
    const size = whole / tens[decimals]!;
    into[slot] = negative ? -size : size;
    return end;
  }
  return afterLongNumber(bytes, at, end, into, slot);
}

/** A number with many digits or a power of ten, which may begin at `end`. */
function afterLongNumber(bytes: Uint8Array, at: number, end: number, into: Float64Array, slot: number): number {
  let after = end;
  if (bytes[after] === 0x65 || bytes[after] === 0x45) {
    after++;
    if (bytes[after] === 0x2b || bytes[after] === 0x2d) after++;
    const power = after;
    after = afterDigits(bytes, after);
    if (after === power) return none;
  }
  const value = Number(ascii.decode(bytes.slice(at, after)));
  into[slot] = value;
  return Number.isFinite(value) ? after : none;
}

interface Cell {
  readonly numbers: boolean;
  readonly words: readonly (readonly Word[])[];
  readonly nullable: boolean;
  readonly missing: number;
}

function afterCell(bytes: Uint8Array, at: number, cell: Cell, into: Float64Array, slot: number): number {
  const byte = bytes[at];
  if (byte === 0x22) return afterWord(bytes, at, cell.words, into, slot);
  if (byte === 0x6e && cell.nullable) {
    into[slot] = cell.missing;
    return afterSame(bytes, at, nothing);
  }
  return cell.numbers ? afterNumber(bytes, at, into, slot) : none;
}

/**
 * Reads a JSON list of records (every column once, in any order) or of lists (in the order of the columns) into numbers,
 * [rows, columns], row-major: exactly those that `JSON.parse` and the columns' own readers lead to. Undefined for
 * everything else, be it written in another way or wrong: those tell what it is. A number of up to 15 digits is its
 * digits over a power of ten, both exact, hence rounded once (W. D. Clinger, "How to read floating point numbers
 * accurately", 1990, §3).
 */
export function recordScanner(columns: readonly ScannedColumn[]): (bytes: Uint8Array) => Float64Array | undefined {
  const width = columns.length;
  const cells = columns.map(
    ({ numbers, words, missing }): Cell => ({
      numbers,
      words: wordTable(words),
      nullable: missing !== undefined,
      missing: missing ?? Number.NaN,
    }),
  );
  const names = columns.map(({ name }) => utf8.encode(JSON.stringify(name)));
  /** Columns as the last record had them. */
  const order = columns.map((_, column) => column);

  /** The place after the key of one of the columns that a record still lacks, which moves to `from` in their order. */
  const afterKey = (bytes: Uint8Array, at: number, from: number): number => {
    for (let k = from; k < width; k++) {
      const column = order[k]!;
      const after = afterSame(bytes, at, names[column]!);
      if (after === none) continue;
      order[k] = order[from]!;
      order[from] = column;
      return afterMark(bytes, after, 0x3a);
    }
    return none;
  };

  const afterRecord = (bytes: Uint8Array, from: number, into: Float64Array, slot: number): number => {
    let at = afterMark(bytes, from, 0x7b);
    for (let k = 0; k < width && at !== none; k++) {
      if (k > 0) at = afterMark(bytes, at, 0x2c);
      if (at !== none) at = afterKey(bytes, at, k);
      const column = order[k]!;
      if (at !== none) at = afterCell(bytes, at, cells[column]!, into, slot + column);
    }
    return at === none ? none : afterMark(bytes, at, 0x7d);
  };

  const afterList = (bytes: Uint8Array, from: number, into: Float64Array, slot: number): number => {
    let at = afterMark(bytes, from, 0x5b);
    for (let k = 0; k < width && at !== none; k++) {
      if (k > 0) at = afterMark(bytes, at, 0x2c);
      if (at !== none) at = afterCell(bytes, at, cells[k]!, into, slot + k);
    }
    return at === none ? none : afterMark(bytes, at, 0x5d);
  };

  return given => {
    // No text holds a zero byte: nothing looks behind it.
    const bytes = new Uint8Array(given.length + 1);
    bytes.set(given);
    let at = afterMark(bytes, 0, 0x5b);
    const afterRow = bytes[at] === 0x7b ? afterRecord : afterList;
    let found = new Float64Array(width * 64);
    for (let slot = 0; at !== none; slot += width) {
      if (slot === found.length) {
        const longer = new Float64Array(2 * slot);
        longer.set(found);
        found = longer;
      }
      at = afterRow(bytes, at, found, slot);
      if (at === none) return undefined;
      const next = afterMark(bytes, at, 0x2c);
      if (next === none)
        return afterMark(bytes, at, 0x5d) === given.length ? found.subarray(0, slot + width) : undefined;
      at = next;
    }
    return undefined;
  };
}
