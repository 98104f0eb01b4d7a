/** How a table of which only some rows are in memory is prepared. */
import { everyRow, type Table } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { type Encoder, packedFeeds } from '../features/index.ts';
import { f32, floats, type Tensor } from '../graph/index.ts';
import type { PrepareOptions } from './prepared.ts';

/** Options for a table of which some rows are drawn: those hold the validation and the test part. */
export function wholeOptions(options: PrepareOptions): PrepareOptions {
  if (options.time === undefined) return { ...options, validation: options.validation ?? 0.2 };
  throw new HillockError(
    'usage',
    'rows of a table that is streamed are learned from in an order that is drawn, not in time',
    'leave --time or --stream out',
  );
}

/** The rows of a table and those of its test table, packed. */
export function packedRows(encoder: Encoder, table: Table, test: Table | undefined): Tensor {
  const parts = [table, ...(test ? [test] : [])].map(part =>
    floats(packedFeeds(encoder, part, everyRow(part.rows)).rows),
  );
  const width = encoder.columns.length;
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return f32(all, [all.length / width, width]);
}
