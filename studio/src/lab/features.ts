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

/** The centres of the cells of a square picture of ± reach, from the top left, row by row. */
export function cellPlaces(cells: number, reach: number): readonly (readonly [number, number])[] {
  const at = (i: number): number => -reach + ((i + 0.5) / cells) * 2 * reach;
  return Array.from({ length: cells * cells }, (_, i) => [at(i % cells), -at(Math.floor(i / cells))] as const);
}
