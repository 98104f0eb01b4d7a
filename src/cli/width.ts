const segmenter = lazy(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }));
const zeroWidth = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u;
const emoji = /\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u;
const wide =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1B000}-\u{1B2FF}\u{20000}-\u{3FFFD}]/u;

/** How many columns of a terminal a text takes: wide East Asian characters and emoji take two (Unicode UAX 11). */
export function displayWidth(text: string): number {
  const plain = withoutColours(text);
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of segmenter().segment(plain)) width += graphemeWidth(segment);
  return width;
}

/** `text` with spaces to the right up to a width. */
export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** `text` with spaces to the left up to a width. */
export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** `text` cut to a width, the cut shown by `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter().segment(text)) {
    used += graphemeWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Text broken at spaces into lines no wider than `width`; a word that is wider is broken where it must be. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap(each => broken(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A text whose lines fit a screen: broken at spaces, what follows indented like its line; commands stay in one piece. */
export function wrapLines(text: string, width: number): string {
  const fitted = text.split('\n').map(line => {
    const indent = line.match(/^ */)![0];
    const content = line.slice(indent.length);
    if (displayWidth(line) <= width || withoutColours(content).startsWith('hillock ')) return line;
    const [first = '', ...rest] = wrapped(content, width - indent.length - 2);
    return [indent + first, ...rest.map(more => `${indent}  ${more}`)].join('\n');
  });
  return fitted.join('\n');
}

function broken(word: string, width: number): string[] {
  if (displayWidth(word) <= width || word.includes('\x1b') || width < 1) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of segmenter().segment(word)) {
    if (piece !== '' && displayWidth(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

/** `text` on one line: control characters written as JSON escapes. */
export function singleLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, found => {
    const escaped = JSON.stringify(found).slice(1, -1);
    return escaped === found ? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped;
  });
}

function graphemeWidth(grapheme: string): number {
  if (zeroWidth.test(grapheme)) return 0;
  return wide.test(grapheme) || emoji.test(grapheme) ? 2 : 1;
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
