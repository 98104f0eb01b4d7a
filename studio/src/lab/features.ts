/** What a network can be given of a place in the plane. */
export interface Feature {
  readonly title: string;
  readonly of: (x1: number, x2: number) => number;
}

export const features = {
  x1: { title: 'x₁', of: x1 => x1 },
  x2: { title: 'x₂', of: (_, x2) => x2 },
  'x1^2': { title: 'x₁²', of: x1 => x1 * x1 },
  'x2^2': { title: 'x₂²', of: (_, x2) => x2 * x2 },
  x1x2: { title: 'x₁x₂', of: (x1, x2) => x1 * x2 },
  'sin x1': { title: 'sin x₁', of: x1 => Math.sin(x1) },
  'sin x2': { title: 'sin x₂', of: (_, x2) => Math.sin(x2) },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof features;
export const featureNames = Object.keys(features) as FeatureName[];

/** [places, features], row by row. */
export function encoded(names: readonly FeatureName[], places: readonly (readonly [number, number])[]): Float32Array {
  const x = new Float32Array(places.length * names.length);
  places.forEach(([x1, x2], row) => {
    names.forEach((name, i) => {
      x[row * names.length + i] = features[name].of(x1, x2);
    });
  });
  return x;
}

export type Range = readonly [low: number, high: number];

/** What a picture shows of the plane. */
export interface Part {
  readonly x: Range;
  readonly y: Range;
}

/** From the least to the most of some values, with a little room on either side; ± 1 around values that are all the same. */
export function around(values: readonly number[]): Range {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const room = high > low ? (high - low) * 0.06 : 1;
  return [low - room, high + room];
}

/** The centres of the cells of a picture, from the top left, row by row. */
export function cellPlaces(cells: number, { x, y }: Part): readonly (readonly [number, number])[] {
  const at = ([low, high]: Range, share: number): number => low + share * (high - low);
  return Array.from(
    { length: cells * cells },
    (_, i) => [at(x, ((i % cells) + 0.5) / cells), at(y, 1 - (Math.floor(i / cells) + 0.5) / cells)] as const,
  );
}
