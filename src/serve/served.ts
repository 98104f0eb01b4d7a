/** A model as the service holds it. */
import type { TrainedModel } from '../job/index.ts';
import { inputShapeOf } from '../model/spec.ts';
import { place, rowsAtATime } from '../nn/index.ts';
import { inputReader } from './inputs/index.ts';
import type { InputReader, ReadingOptions, Row } from './inputs/kind.ts';
import { type OutputWriter, outputWriter, type Results } from './outputs.ts';
import { type Queue, type QueueOptions, queue } from './queue.ts';

/** What can be served: a trained model, or anything else that tells as much about itself. */
export type Servable = Pick<TrainedModel, 'spec' | 'report' | 'packed' | 'toOnnx'>;

export interface ServedModel {
  readonly name: string;
  readonly model: Servable;
  readonly reader: InputReader;
  readonly writer: OutputWriter;
  readonly queue: Queue;
  /** Hears how many rows were answered. */
  counted(rows: number): void;
}

const mostRows = 4096;

/** Runs rows in parts that fit into memory. */
function runner(model: Servable, reader: InputReader, writer: OutputWriter, ran: ServingHooks['ran']) {
  const { spec } = model;
  const chunk = rowsAtATime(place(spec.network, inputShapeOf(spec.input)), mostRows);
  const once = async (rows: readonly Row[]): Promise<Results> => {
    ran(rows.length);
    return writer.results(Object.values(await model.packed(reader.feeds(rows))), rows.length);
  };
  return async (rows: readonly Row[]): Promise<Results> => {
    if (rows.length <= chunk) return once(rows);
    const parts: Results[] = [];
    for (let from = 0; from < rows.length; from += chunk) parts.push(await once(rows.slice(from, from + chunk)));
    return whole(parts, rows.length);
  };
}

function whole(parts: readonly Results[], rows: number): Results {
  const [first] = parts;
  return {
    rows,
    labels: first!.labels && parts.flatMap(({ labels }) => labels!),
    numbers: first!.numbers.map((_, k) => {
      const width = first!.numbers[k]!.length / first!.rows;
      const all = new Float32Array(rows * width);
      let at = 0;
      for (const { numbers } of parts) {
        all.set(numbers[k]!, at);
        at += numbers[k]!.length;
      }
      return all;
    }),
  };
}

export interface ServingHooks {
  /** How many other requests may bring rows in a moment. */
  reading(): number;
  ran(rows: number): void;
  counted(rows: number): void;
}

/** Makes a model ready to answer; answers nothing yet. */
export function serve(
  name: string,
  model: Servable,
  options: QueueOptions & ReadingOptions,
  hooks: ServingHooks,
): ServedModel {
  const reader = inputReader(model.spec, options);
  const writer = outputWriter(model.spec);
  const run = runner(model, reader, writer, hooks.ran);
  const { reading, counted } = hooks;
  return { name, model, reader, writer, queue: queue(run, options, reading), counted };
}
