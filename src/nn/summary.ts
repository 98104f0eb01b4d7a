/** What a network is made of and what it costs, before any of it is trained. */
import { sizeOf } from '../graph/index.ts';
import type { ActivationName } from '../neuron/index.ts';
import { parameterCount, parametersOf } from './network.ts';
import { everyLayer, type PlacedLayer, place } from './place.ts';
import { kindOf, type NetworkSpec } from './spec.ts';

/** What a network or a layer costs, of all members of an ensemble together. */
export interface Cost {
  /** Numbers that training adjusts. */
  readonly parameters: number;
  /** Multiply-adds of one row, forward. */
  readonly multiplyAdds: number;
  /** Floating-point operations of one row, forward: two for each multiply-add. */
  readonly flops: number;
  /** Bytes of the stored arrays, float32. */
  readonly bytes: number;
  /** Bytes of what its layers put out for one row, float32: what training keeps. */
  readonly activationBytes: number;
}

/** One layer; its cost includes that of the layers inside it. */
export interface LayerSummary extends Cost {
  /** Position, counted from 1, layers inside others among them. */
  readonly position: number;
  readonly name: string;
  /** How many layers it stands in. */
  readonly depth: number;
  readonly about: string;
  readonly activation: ActivationName | null;
  readonly input: readonly number[];
  readonly output: readonly number[];
}

export interface NetworkSummary extends Cost {
  readonly members: number;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly layers: readonly LayerSummary[];
}

/**
 * Shapes, parameters, operations and bytes of every layer of a network on rows of a shape (of an image [channels, height,
 * width]), as it is given: without the head that training adds. Throws `HillockError` kind `usage` where a layer cannot take
 * what it gets.
 */
export function summary(spec: NetworkSpec, inputShape: readonly number[]): NetworkSummary {
  const members = spec.members ?? 1;
  const layers = place(spec, inputShape);
  return {
    members,
    input: inputShape,
    output: layers.at(-1)?.outputShape ?? inputShape,
    layers: everyLayer(layers).map((layer, i) => layerSummary(layer, i, members)),
    ...costOf(layers, members),
  };
}

function layerSummary(layer: PlacedLayer, index: number, members: number): LayerSummary {
  const kind = kindOf(layer.spec);
  return {
    position: index + 1,
    name: layer.name,
    depth: layer.depth,
    about: kind.about,
    activation: kind.activation?.(layer.spec) ?? null,
    input: layer.inputShape,
    output: layer.outputShape,
    ...costOf([layer], members),
  };
}

function costOf(layers: readonly PlacedLayer[], members: number): Cost {
  const sum = (each: (layer: PlacedLayer) => number): number =>
    everyLayer(layers).reduce((total, layer) => total + each(layer), 0);
  const multiplyAdds = members * sum(({ macs }) => macs);
  return {
    parameters: parameterCount(layers),
    multiplyAdds,
    flops: 2 * multiplyAdds,
    bytes: 4 * parametersOf(layers).reduce((total, { shape }) => total + sizeOf(shape), 0),
    activationBytes: 4 * members * sum(({ outputShape }) => sizeOf(outputShape)),
  };
}

const headings = ['layer', 'in', 'out', 'parameters', 'FLOPs', 'bytes', 'activation bytes'];

/** A summary as a table of text, layers inside others indented. */
export function summaryText(found: NetworkSummary): string {
  const count = (value: number): string => value.toLocaleString('en');
  const size = (shape: readonly number[]): string => shape.join(' × ');
  const cost = (of: Cost): string[] => [of.parameters, of.flops, of.bytes, of.activationBytes].map(count);
  const lines = found.layers.map(layer => [
    `${'  '.repeat(layer.depth)}${layer.name}`,
    size(layer.input),
    size(layer.output),
    ...cost(layer),
  ]);
  const total = [found.members > 1 ? `${found.members} members` : 'in all', size(found.input), size(found.output)];
  const rows = [headings, ...lines, [...total, ...cost(found)]];
  const widths = headings.map((_, i) => Math.max(...rows.map(row => row[i]!.length)));
  const text = rows.map(row =>
    row
      .map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(Math.max(...text.map(line => line.length)));
  return [text[0], rule, ...text.slice(1, -1), rule, text.at(-1)].join('\n');
}
