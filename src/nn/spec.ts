/** The specification of a network: plain data, validated, and the list of layer kinds it may name. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { denseKind } from './dense.ts';
import { dropoutKind } from './dropout.ts';
import type { LayerKind } from './layer.ts';
import { batchNormKind, layerNormKind } from './norm.ts';
import { activationKind, flattenKind } from './simple.ts';

/** Every kind of layer, in the order in which the documentation tells them: a new one is its file and its line here. */
const kinds = [denseKind, activationKind, flattenKind, dropoutKind, batchNormKind, layerNormKind] as const;

type SpecOf<Kind> = Kind extends LayerKind<infer Spec> ? Spec : never;

export type LayerSpec = SpecOf<(typeof kinds)[number]>;

export const layerKinds = kinds as unknown as readonly LayerKind<LayerSpec>[];

const byKind = new Map(layerKinds.map(kind => [kind.kind, kind]));

/** The record of a layer's kind. */
export const kindOf = (layer: LayerSpec): LayerKind<LayerSpec> => byKind.get(layer.kind)!;

export interface NetworkSpec {
  readonly layers: readonly LayerSpec[];
  /** Networks of this form trained side by side, whose predictions are averaged; absent = 1. */
  readonly members?: number | undefined;
}

const layerSchema = z.union(layerKinds.map(kind => kind.schema) as [z.ZodType<LayerSpec>, z.ZodType<LayerSpec>]);
const networkSchema = z.strictObject({
  layers: z.array(layerSchema).max(10_000),
  members: z.int().min(1).max(256).optional(),
});

/** Reads a network from untrusted data; throws `HillockError` kind `usage` that names the layer. */
export function parseNetwork(data: unknown): NetworkSpec {
  const layers = (data as { layers?: unknown } | null)?.layers;
  if (!Array.isArray(layers))
    throw new HillockError(
      'usage',
      'a network is {"layers": […]}',
      'for example {"layers": [{"kind": "dense", "units": 32, "activation": "relu"}]}',
    );
  layers.forEach((layer: { kind?: unknown } | null, i) => {
    const kind = byKind.get(layer?.kind as LayerSpec['kind']);
    if (!kind) {
      throw new HillockError(
        'usage',
        `layer ${i + 1}: unknown kind ${JSON.stringify(layer?.kind)}`,
        `the kinds are ${[...byKind.keys()].join(', ')}`,
      );
    }
    const result = kind.schema.safeParse(layer);
    if (!result.success) {
      const issue = result.error.issues[0]!;
      throw new HillockError(
        'usage',
        `layer ${i + 1} (${kind.kind}): ${issue.path.join('.') || 'value'}: ${issue.message}`,
      );
    }
  });
  const result = networkSchema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new HillockError('usage', `the network: ${issue.path.join('.') || 'value'}: ${issue.message}`);
}

/** A network of these layers, first to last. */
export const network = (layers: readonly LayerSpec[], options: { members?: number } = {}): NetworkSpec => ({
  layers,
  ...options,
});
