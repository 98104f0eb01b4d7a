import type { SourceOptions } from '../data/index.ts';
import type { ModelSpec } from '../model/index.ts';

/** How data for a model is read: the names and types of its columns, or the shape of its images, are those of training. */
export async function readingOf({ input, target }: ModelSpec, header: readonly string[]): Promise<SourceOptions> {
  if (input.kind === 'images') {
    const { cifarLabels } = await import('../data/index.ts');
    return { shape: input.shape, ...(cifarLabels.includes(target.name) && { label: target.name }) };
  }
  if (input.kind === 'series') return {};
  const { columnTypes } = await import('../features/index.ts');
  const types = columnTypes(input.encoder, target);
  return header.length > 0 ? { types, like: header, target: target.name } : { types };
}
