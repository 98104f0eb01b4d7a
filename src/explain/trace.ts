/** A trained network with its inside exposed: what every layer was given and what it made of it. */
import type { ReadNote } from '../data/index.ts';
import { sizeOf, type Tensor, type Value } from '../graph/index.ts';
import { modelGraph, type Parameters } from '../model/artifact.ts';
import type { ModelSpec } from '../model/spec.ts';
import { everyLayer, type PlacedLayer } from '../nn/index.ts';
import { encodeModel } from '../onnx/index.ts';
import type { Runtime, Tensors } from '../runtime/index.ts';
import { type Data, feedsFor } from './sample.ts';

/** A model as it is looked into: its description, its numbers, its layers in place. */
export interface Subject {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  /** Every layer, those inside others after the one that holds them. */
  readonly layers: readonly PlacedLayer[];
  /** Networks side by side. */
  readonly members: number;
}

/**
 * One layer at work on some rows: [rows, …shape], and [members, rows, …shape] in an ensemble (a leading 1 where
 * all members still share the values).
 */
export interface LayerTrace {
  readonly layer: PlacedLayer;
  readonly x: Tensor;
  /** Pre-activation; absent where the layer has no neurons. */
  readonly z: Tensor | undefined;
  /** Post-activation ŷ. */
  readonly y: Tensor;
}

export interface Trace {
  readonly subject: Subject;
  /** The rows that were traced, as indexes into their table. */
  readonly rows: Int32Array;
  /** The rows as the first layer sees them. */
  readonly encoded: Tensor;
  readonly layers: readonly LayerTrace[];
  /** What the model file would answer: `prediction`, or `label` and `probabilities`. */
  readonly outputs: Tensors;
  readonly notes: readonly ReadNote[];
}

/** One session through which any number of rows are traced. */
export interface Tracer {
  readonly subject: Subject;
  /** Numbers a traced row makes, all layers together. */
  readonly valuesPerRow: number;
  trace(data: Data, rows: ArrayLike<number>): Promise<Trace>;
  close(): Promise<void>;
}

/** Opens a model with the inside of its graph as extra outputs. */
export async function tracer(spec: ModelSpec, parameters: Parameters, runtime: Runtime): Promise<Tracer> {
  const { graph, outputs, layers, forward, encoded } = modelGraph(spec, parameters);
  const inside = [...new Set([encoded, ...forward.layers.flatMap(({ x, z, y }) => (z ? [x, z, y] : [x, y]))])];
  const model = encodeModel(
    { inputs: graph.inputs, outputs: [...graph.outputs, ...inside] },
    { outputs: [...outputs, ...inside.map((_, i) => `inside ${i + 1}`)] },
  );
  const session = await runtime.open(model);
  // By place, since a column may have the name of an output.
  const at = (place: number): string => session.outputNames[place]!;
  const names = new Map<Value, string>(inside.map((value, i) => [value, at(outputs.length + i)]));
  const subject: Subject = { spec, parameters, layers: everyLayer(layers), members: spec.network.members ?? 1 };
  return {
    subject,
    valuesPerRow: inside.reduce((sum, value) => sum + sizeOf(value.type.shape.map(dim => (dim === 'N' ? 1 : +dim))), 0),
    async trace(data, rows) {
      const { feeds, notes } = feedsFor(spec, data, rows);
      const results = await session.run(feeds);
      const found = (value: Value): Tensor => results[names.get(value)!]!;
      return {
        subject,
        rows: Int32Array.from(rows),
        encoded: found(encoded),
        layers: forward.layers.map(({ x, z, y }, i) => ({
          layer: subject.layers[i]!,
          x: found(x),
          z: z && found(z),
          y: found(y),
        })),
        outputs: Object.fromEntries(outputs.map((name, i) => [name, results[at(i)]!])),
        notes,
      };
    },
    close: () => session.close(),
  };
}

/** The values of one row (by its position among the traced rows) and one member (from 0) in a traced tensor. */
export function valuesAt({ subject, rows }: Trace, tensor: Tensor, position: number, member: number): Float32Array {
  const data = tensor.data as Float32Array;
  const apart = subject.members > 1 && tensor.shape.length > 2 && tensor.shape[0] === subject.members;
  const width = data.length / ((apart ? subject.members : 1) * rows.length);
  const begin = ((apart ? member : 0) * rows.length + position) * width;
  return data.subarray(begin, begin + width);
}
