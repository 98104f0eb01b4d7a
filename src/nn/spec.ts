/** The specification of a network: plain data, validated, and the list of layer kinds it may name. */
import { z } from 'zod';
import { HillockError } from '../errors.ts';
import { activationKind } from './activation-layer.ts';
import { flattenKind, permuteKind, repeatKind, reshapeKind, upsampleKind } from './arrange.ts';
import { conv1dKind, conv2dKind } from './conv.ts';
import { convTranspose1dKind, convTranspose2dKind } from './conv-transpose.ts';
import { denseKind } from './dense.ts';
import { dropoutKind } from './dropout.ts';
import { embeddingKind } from './embedding.ts';
import type { LayerKind } from './layer.ts';
import { batchNormKind, layerNormKind } from './norm.ts';
import { averagePoolKind, globalAveragePoolKind, globalMaxPoolKind, maxPoolKind } from './pool.ts';
import { gruKind, lstmKind, rnnKind } from './recurrent.ts';
import { type ResidualSpec, residualKind } from './residual.ts';

/** Every kind of layer, in the order in which the documentation tells them: a new one is its file and its line here. */
const kinds = [
  denseKind,
  activationKind,
  conv1dKind,
  conv2dKind,
  convTranspose1dKind,
  convTranspose2dKind,
  maxPoolKind,
  averagePoolKind,
  globalAveragePoolKind,
  globalMaxPoolKind,
  batchNormKind,
  layerNormKind,
  dropoutKind,
  residualKind,
  rnnKind,
  gruKind,
  lstmKind,
  embeddingKind,
  flattenKind,
  reshapeKind,
  permuteKind,
  upsampleKind,
  repeatKind,
] as const;

type SpecOf<Kind> = Kind extends LayerKind<infer Spec> ? Spec : never;
type AnySpec = SpecOf<(typeof kinds)[number]>;

export type LayerSpec = Exclude<AnySpec, ResidualSpec> | ResidualSpec<LayerSpec>;

export const layerKinds = kinds as unknown as readonly LayerKind<LayerSpec>[];

const byKind = new Map(layerKinds.map(kind => [kind.kind, kind]));

/** The record of a layer's kind. */
export const kindOf = (layer: LayerSpec): LayerKind<LayerSpec> => byKind.get(layer.kind)!;

export interface NetworkSpec {
  readonly layers: readonly LayerSpec[];
  /** Networks of this form trained side by side, whose predictions are averaged; absent = 1. */
  readonly members?: number | undefined;
  /** False: the last of these layers gives the outputs. Absent: training adds a dense layer that does. */
  readonly head?: false | undefined;
}

const mostLayers = 10_000;
const deepest = 16;

const networkSchema = z.strictObject({
  layers: z.array(z.custom<LayerSpec>()),
  members: z.int().min(1).max(256).optional(),
  head: z.literal(false).optional(),
});

/** Reads a network from untrusted data; throws `HillockError` kind `usage` that names the layer. */
export function parseNetwork(data: unknown): NetworkSpec {
  const given = (data as { layers?: unknown } | null)?.layers;
  if (!Array.isArray(given)) {
    throw new HillockError(
      'usage',
      'a network is {"layers": […]}',
      'for example {"layers": [{"kind": "dense", "units": 32, "activation": "relu"}]}',
    );
  }
  const layers = parseLayers(given, 'layer', 1, { left: mostLayers });
  const result = networkSchema.safeParse({ ...(data as object), layers }, { jitless: true });
  if (result.success) return result.data;
  throw refused('the network', result.error, data);
}

/** Reads a list of layers and the layers inside them; `where` is how a layer of it is called. */
function parseLayers(given: readonly unknown[], where: string, depth: number, budget: { left: number }): LayerSpec[] {
  budget.left -= given.length;
  if (budget.left < 0) throw new HillockError('usage', `the network: layers: there are more than ${mostLayers}`);
  if (depth > deepest) throw new HillockError('usage', `the network: layers stand in one another ${deepest} deep`);
  return given.map((layer, i) => parseLayer(layer, `${where} ${i + 1}`, depth, budget));
}

function parseLayer(given: unknown, where: string, depth: number, budget: { left: number }): LayerSpec {
  const name = (given as { kind?: unknown } | null)?.kind;
  const kind = byKind.get(name as LayerSpec['kind']);
  if (!kind) {
    throw new HillockError(
      'usage',
      name === undefined ? `${where} has no kind` : `${where}: unknown kind ${JSON.stringify(name)}`,
      `the kinds are ${[...byKind.keys()].join(', ')}`,
    );
  }
  const fields: Record<string, unknown> = { ...(given as object) };
  const own = `${where} (${kind.kind})`;
  for (const field of kind.nested ?? []) {
    const inside = fields[field];
    if (Array.isArray(inside)) fields[field] = parseLayers(inside, `${own}, ${field}`, depth + 1, budget);
  }
  const result = kind.schema.safeParse(fields, { jitless: true });
  if (result.success) return result.data;
  throw refused(own, result.error, fields);
}

function refused(where: string, error: z.ZodError, given: unknown): HillockError {
  const issue = error.issues[0]!;
  const path = issue.path.join('.') || 'value';
  const found = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null)?.[key],
    given,
  );
  const says =
    issue.code !== 'invalid_type'
      ? issue.message
      : found === undefined
        ? `is missing, expected a ${issue.expected}`
        : `expected a ${issue.expected}, found ${JSON.stringify(found)}`;
  return new HillockError('usage', `${where}: ${path}${says.startsWith('is ') ? ' ' : ': '}${says}`);
}

/** A network of these layers, first to last. */
export const network = (
  layers: readonly LayerSpec[],
  options: { readonly members?: number; readonly head?: false } = {},
): NetworkSpec => ({
  layers,
  ...options,
});
