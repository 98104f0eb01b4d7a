import { HillockError } from '../errors.ts';
import { concat } from './bytes.ts';
import { type Codes, codesOf } from './codes.ts';
import type { ReadNote } from './table.ts';
import { decodeWindows1252 } from './windows-1252.ts';

/** Text decoded from a stream of bytes, piece by piece. */
export interface TextPiece {
  readonly text: string;
  readonly codes: Codes;
  readonly notes: readonly ReadNote[];
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/**
 * Decodes UTF-8 (or UTF-16 with a byte order mark, or Windows-1252 where bytes are not UTF-8); refuses binary content.
 * `after`: bytes of UTF-8 that were read before the stream.
 */
export async function* decodeText(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  source: string,
  after = 0,
): AsyncGenerator<TextPiece> {
  let encoding: Encoding | undefined = after > 0 ? 'utf-8' : undefined;
  let rest: Uint8Array = new Uint8Array(0);
  let notes: ReadNote[] = [];
  let wide: TextDecoder | undefined;
  let begun = after > 0;
  const check = textCheck(source, after);
  const piece = (bytes: Uint8Array, final: boolean): TextPiece => {
    if (wide) {
      const text = wide.decode(bytes, { stream: !final });
      check.piece(text, bytes.length);
      return { text, codes: codesOf(text), notes: [] };
    }
    const first = !begun;
    begun = true;
    let text: string;
    try {
      text =
        encoding === 'windows-1252'
          ? decodeWindows1252(bytes)
          : new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      encoding = 'windows-1252';
      notes = [{ message: 'the file is not UTF-8; it was read as Windows-1252' }];
      text = decodeMixed(bytes);
    }
    if (first && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    // As many characters as bytes: each character is its byte.
    const codes = text.length === bytes.length ? bytes : codesOf(text);
    check.piece(text, bytes.length);
    const result = { text, codes, notes };
    notes = [];
    return result;
  };
  for await (const chunk of stream) {
    const bytes = concat(rest, chunk);
    if (encoding === undefined) {
      if (bytes.length < 3) {
        rest = bytes;
        continue;
      }
      encoding = markOf(bytes);
      if (encoding.startsWith('utf-16')) wide = new TextDecoder(encoding);
    }
    const cut = wide ? bytes.length : wholeLines(bytes);
    rest = bytes.subarray(cut);
    if (cut > 0) yield piece(bytes.subarray(0, cut), false);
  }
  encoding ??= markOf(rest);
  if (rest.length > 0 || wide) yield piece(rest, true);
  check.end();
}

function markOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** A line this long is decoded before its end is seen. */
const longestHeld = 1 << 16;

// Pieces that end with a line need no joining, and text that was never joined is scanned fastest.
function wholeLines(bytes: Uint8Array): number {
  const newline = bytes.lastIndexOf(10);
  if (newline >= 0) return newline + 1;
  return bytes.length < longestHeld ? 0 : wholeCharacters(bytes);
}

function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Lines as UTF-8 up to the first that is none, the rest as Windows-1252: the same wherever a stream is cut between lines. */
function decodeMixed(bytes: Uint8Array): string {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(10, at) + 1 || bytes.length;
    try {
      text += utf8.decode(bytes.subarray(at, end));
    } catch {
      break;
    }
    at = end;
  }
  return text + decodeWindows1252(bytes.subarray(at));
}

/** Characters at the beginning of a text among which too many control characters tell that it is none. */
const looked = 4096;

/** Refuses what is no text, wherever a stream is cut; `end` after the last piece. */
function textCheck(source: string, after: number) {
  let offset = after;
  let beginning = '';
  let judged = after > 0;
  const judge = (): void => {
    judged = true;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    const control = beginning.match(/[\u0001-\u0008\u000e-\u001f\u007f]/g)?.length ?? 0;
    if (control > 2 && control > beginning.length / 100)
      throw binary(source, `${control} control characters at its beginning`);
  };
  return {
    piece(text: string, bytes: number): void {
      const zero = text.indexOf('\0');
      if (zero >= 0) throw binary(source, `a zero byte near byte ${(offset + zero).toLocaleString('en')}`);
      offset += bytes;
      if (judged) return;
      beginning += text.slice(0, looked - beginning.length);
      if (beginning.length >= looked) judge();
    },
    end(): void {
      if (!judged) judge();
    },
  };
}

function binary(source: string, found: string): HillockError {
  return new HillockError(
    'data',
    `${source} is not a text table: found ${found}`,
    'give a CSV, TSV, JSON, JSON Lines or Parquet file; a spreadsheet (.xlsx) must be exported as CSV first',
  );
}
