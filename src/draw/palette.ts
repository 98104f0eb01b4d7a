/** The colours of pictures: sign, classes and sequences that people who do not see all colours tell apart. */

export type Colour = readonly [red: number, green: number, blue: number];

/** Colours by what they mean, as `#rrggbb`. */
export interface Palette {
  readonly name: 'light' | 'dark' | 'contrast';
  readonly background: string;
  /** Text and what matters most. */
  readonly ink: string;
  /** Text beside it. */
  readonly muted: string;
  /** Axes and outlines. */
  readonly line: string;
  /** Lines behind the data. */
  readonly grid: string;
  /** Ends and middle of a scale around 0 (Okabe and Ito 2008). */
  readonly negative: string;
  readonly neutral: string;
  readonly positive: string;
  /** Classes and curves in their order; beyond the last they begin anew with another shape. */
  readonly classes: readonly string[];
  /** A sequence from least to most, evenly apart (viridis; turned round where the background is light). */
  readonly sequence: readonly string[];
}

const signs = { negative: '#d55e00', positive: '#0072b2' };
const viridis = ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'];

export const palettes: Readonly<Record<Palette['name'], Palette>> = {
  light: {
    name: 'light',
    background: '#ffffff',
    ink: '#1a1d21',
    muted: '#5b626b',
    line: '#8b929b',
    grid: '#e3e6ea',
    ...signs,
    neutral: '#f7f7f7',
    classes: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#1a1d21', '#8a8d00'],
    sequence: viridis.toReversed(),
  },
  dark: {
    name: 'dark',
    background: '#14171a',
    ink: '#eceff2',
    muted: '#a3abb5',
    line: '#7d8590',
    grid: '#2a2f35',
    negative: '#e8731a',
    neutral: '#22262a',
    positive: '#3d9bd6',
    classes: ['#56b4e9', '#e8731a', '#2fbf94', '#dd94bb', '#e69f00', '#f0e442', '#eceff2', '#8fa3ff'],
    sequence: viridis,
  },
  contrast: {
    name: 'contrast',
    background: '#000000',
    ink: '#ffffff',
    muted: '#ffffff',
    line: '#ffffff',
    grid: '#595959',
    negative: '#ff8a3d',
    neutral: '#000000',
    positive: '#5cc1ff',
    classes: ['#5cc1ff', '#ff8a3d', '#3ee6b0', '#ffa8d6', '#ffc400', '#f0e442', '#ffffff', '#a9b8ff'],
    sequence: viridis,
  },
};

/** The parts of `#rrggbb`. */
export const rgb = (colour: string): Colour => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

export const hex = ([red, green, blue]: Colour): string =>
  `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`;

const between = (from: Colour, to: Colour, share: number): Colour => [
  Math.round(from[0] + (to[0] - from[0]) * share),
  Math.round(from[1] + (to[1] - from[1]) * share),
  Math.round(from[2] + (to[2] - from[2]) * share),
];

const clamp = (value: number, low: number, high: number): number =>
  Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : value > 0 ? high : low;

/** The colour of a share from −1 over 0 to 1: negative, neutral, positive; not a number is neutral. */
export function diverging({ negative, neutral, positive }: Palette, share: number): Colour {
  const size = Number.isNaN(share) ? 0 : Math.abs(clamp(share, -1, 1));
  return between(rgb(neutral), rgb(share < 0 ? negative : positive), size);
}

/** The colour of a share from 0 to 1 along the sequence; not a number is the least. */
export function sequential({ sequence }: Palette, share: number): Colour {
  const place = clamp(Number.isNaN(share) ? 0 : share, 0, 1) * (sequence.length - 1);
  const below = Math.min(Math.floor(place), sequence.length - 2);
  return between(rgb(sequence[below]!), rgb(sequence[below + 1]!), place - below);
}

/** The colour of a class or curve. */
export const classColour = ({ classes }: Palette, index: number): string => classes[index % classes.length]!;

/** The relative luminance of WCAG 2.2, 0 black to 1 white. */
export function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map(part => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** Black or white, whichever is read more easily on a colour. */
export const inkOn = (colour: Colour): string => (luminance(colour) > 0.179 ? '#000000' : '#ffffff');
