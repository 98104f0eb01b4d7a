import type { ModelSpec } from '../../model/index.ts';
import { imageReader } from './images.ts';
import type { Field, InputReader, ReadingOptions } from './kind.ts';
import { seriesReader } from './series.ts';
import { tableReader } from './table.ts';

type Kind = ModelSpec['input']['kind'];
type Of<K extends Kind> = Extract<ModelSpec['input'], { readonly kind: K }>;
type Readers = { readonly [K in Kind]: (input: Of<K>, target: string, options: ReadingOptions) => InputReader };

const readers: Readers = {
  table: ({ encoder }, _, options) => tableReader(encoder, options),
  images: ({ shape }) => imageReader(shape),
  series: ({ encoder }, target, options) => seriesReader(encoder, target, options),
};

/** How rows for a model come out of requests. */
export function inputReader({ input, target }: ModelSpec, options: ReadingOptions): InputReader {
  const reader = readers[input.kind] as (
    input: ModelSpec['input'],
    target: string,
    options: ReadingOptions,
  ) => InputReader;
  return reader(input, target.name, options);
}

/** What to give for a field, in a line. */
export const aboutField = ({ about, nullable }: Field): string =>
  `${about.slice(0, 400)}${nullable ? '; null where it is missing' : ''}`;
