/** Rows of a table that is larger than memory, as training reads them: packed columns, which the program encodes. */
import { column, everyRow, type Whole } from '../data/index.ts';
import { HillockError } from '../errors.ts';
import { matchTarget, packedRows, standardise } from '../features/index.ts';
import type { Prepared, PrepareOptions } from './prepared.ts';

/** Options for a table of which some rows are drawn: those hold the validation and the test part. */
export function wholeOptions<O extends Pick<PrepareOptions, 'time' | 'validation'>>(options: O): O {
  if (options.time === undefined) return { ...options, validation: options.validation ?? 0.2 };
  throw new HillockError(
    'usage',
    'rows of a table that is streamed are learned from in an order that is drawn, not in time',
    'leave --time or --stream out',
  );
}

/** Rows that are learned from but do not fit into memory. */
export interface LearnedRows {
  /** Numbers of a row, as `RowBlocks` has them; there are at most `rows` rows. */
  readonly width: number;
  readonly rows: number;
  /** All rows, some at a time, one after the other. */
  records(): AsyncIterable<Float32Array<ArrayBuffer>>;
}

/** All rows but those of the parts that judge, and those without a target; as a program reads them. */
export function learnedRows(whole: Whole, { job, input, target }: Prepared): LearnedRows {
  if (input.kind !== 'table') throw new TypeError('rows of tables are learned from');
  const { encoder } = input;
  const held = new Set<number>();
  for (const row of [...job.validationRows, ...job.testRows]) held.add(whole.places[row] ?? -1);
  const width = encoder.columns.length + 1;
  return {
    width,
    rows: whole.rows,
    async *records() {
      let first = 0;
      for await (const piece of whole.pieces([...encoder.columns.map(({ name }) => name), target.name])) {
        const own = column({ ...piece, source: 'the table' }, target.name);
        const { codes, values } = matchTarget(target, own);
        const numbers =
          'classes' in target ? codes : target.task === 'regression' ? standardise(target, values) : values;
        const known = (row: number): boolean =>
          'classes' in target ? codes[row]! >= 0 : Number.isFinite(numbers[row]!);
        const rows = everyRow(piece.rows).filter(row => known(row) && !held.has(first + row));
        first += piece.rows;
        yield records(packedRows(encoder, piece, rows).values, numbers, rows, width);
      }
    },
  };
}

/** Inputs and truths side by side; classes are int32 in the place of a float32. */
function records(
  inputs: Float32Array,
  truths: Int32Array | Float32Array | Float64Array,
  rows: Int32Array,
  width: number,
): Float32Array<ArrayBuffer> {
  const made = new Float32Array(rows.length * width);
  const last = truths instanceof Int32Array ? new Int32Array(made.buffer) : made;
  let from = 0;
  for (let i = 0, at = 0; i < rows.length; i++) {
    for (const end = at + width - 1; at < end; ) made[at++] = inputs[from++]!;
    last[at++] = truths[rows[i]!]!;
  }
  return made;
}
