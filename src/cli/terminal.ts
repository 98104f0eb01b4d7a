/** What the screen behind a stream can show. */
export interface Terminal {
  /** A person is looking: a line may be rewritten in place. */
  readonly interactive: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly columns: number;
}

/** The parts of a stream that tell about its screen. */
export interface ScreenStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The terminal behind a stream, by its environment (NO_COLOR, FORCE_COLOR, TERM, LC_ALL, LC_CTYPE, LANG). */
export function terminalOf(stream: ScreenStream, env: Environment): Terminal {
  const interactive = stream.isTTY === true && env.TERM !== 'dumb';
  return {
    interactive,
    colour: !env.NO_COLOR && (forced(env.FORCE_COLOR) || interactive),
    unicode: showsUnicode(env),
    columns: Math.max(40, stream.columns || 80),
  };
}

function forced(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

/** No locale at all counts as UTF-8, as containers have it; a named one must say so. The Linux console has no braille. */
function showsUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return env.TERM !== 'linux' && (!locale || /utf-?8/i.test(locale));
}

const ascii: Readonly<Record<string, string>> = {
  ŷ: 'y',
  '·': '*',
  '−': '-',
  '–': '-',
  '—': '-',
  '×': 'x',
  '√': 'sqrt ',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  '±': '+/-',
  '→': '->',
  '…': '...',
  '²': '^2',
  '′': "'",
  Φ: 'Phi',
  φ: 'phi',
  Σ: 'sum ',
  η: 'eta',
  '─': '-',
  '│': '|',
  '✓': 'ok',
  '✗': 'x',
};

/** Our own symbols in ASCII, for a screen that shows nothing else. */
export function toAscii(text: string): string {
  return text.replace(/[\u0080-\u{10ffff}]/gu, symbol => ascii[symbol] ?? symbol);
}

/** `text` without control characters that move the cursor or ring; line ends, tabs and colours stay. */
export function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return text.replace(/\x1b\[[0-9;]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, found => (found.length > 1 ? found : ''));
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** A way to write text on a terminal. */
export type Style = keyof typeof codes;

/** `text` in a style where there is colour, else as it is. */
export function styled(text: string, style: Style, terminal: Pick<Terminal, 'colour'>): string {
  return terminal.colour ? `\x1b[${codes[style]}m${text}\x1b[0m` : text;
}
