import { batches, type RowBatch } from '../../data/batches.ts';
import { HillockError } from '../../errors.ts';
import { mismatch, type OpenModel } from './open-model.ts';
import type { PredictedRow, RowPart } from './predict-format.ts';
import { rowReader, type Say } from './predict-rows.ts';

const mostProblems = 20;

/** The rows of a table with their predictions, batch by batch, in the order of the file. */
export async function* tableRows(source: string, model: OpenModel, say: Say): AsyncGenerator<RowPart> {
  const { input } = model.spec;
  if (input.kind !== 'table') return;
  const reader = rowReader(input.encoder, say);
  let row = 0;
  let problems = 0;
  for await (const batch of headerToo(await rowBatches(source, model), say)) {
    if (row === 0) checkNames(batch.names, model, source);
    for (const note of batch.notes) say(`note: ${note.message}`);
    const table = reader.read(batch.names, batch.rows, batch.lines);
    const predicted = table.rows > 0 ? await model.predictor.table(table) : { rows: [], notes: [] };
    for (const { message } of predicted.notes) say(`note: ${message}`);
    const rows: PredictedRow[] = [];
    let refused = 0;
    const refuseUntil = (line: number): void => {
      for (; refused < batch.rejected.length && batch.rejected[refused]!.line < line; refused++) {
        const { line: at, message, cells = [] } = batch.rejected[refused]!;
        if (++problems <= mostProblems) say(`line ${at} cannot be used: ${message}`);
        rows.push({ row: ++row, line: at, cells, prediction: null, problem: message });
      }
    };
    batch.rows.forEach((cells, i) => {
      const line = batch.lines[i]!;
      refuseUntil(line);
      rows.push({ row: ++row, line, cells, prediction: usable(predicted.rows[i]!) });
    });
    refuseUntil(Number.POSITIVE_INFINITY);
    yield { names: batch.names, rows };
  }
  if (problems > mostProblems) say(`${problems - mostProblems} more lines cannot be used`);
  reader.finish();
}

/** Batches of a source that may have a header and nothing else, which is said and no error. */
async function* headerToo(parts: AsyncIterable<RowBatch>, say: Say): AsyncGenerator<RowBatch> {
  let named = false;
  let rows = 0;
  try {
    for await (const batch of parts) {
      named ||= batch.names.length > 0;
      rows += batch.rows.length + batch.rejected.length;
      yield batch;
    }
  } catch (error) {
    if (!named || rows > 0 || !(error instanceof HillockError) || error.kind !== 'data') throw error;
    say('note: the input has a header and no rows');
  }
}

/** A prediction that is not a finite number is none. */
function usable<P extends { readonly value: string | number }>(prediction: P): P | null {
  return typeof prediction.value === 'number' && !Number.isFinite(prediction.value) ? null : prediction;
}

async function rowBatches(source: string, model: OpenModel): Promise<AsyncIterable<RowBatch>> {
  if (!source.startsWith('demo:')) return batches(source, { like: model.header, target: model.spec.target.name });
  const { cellValue, readSource } = await import('../../data/index.ts');
  const table = await readSource(source);
  if (table.kind !== 'table') throw mismatch(model, source);
  const text = (row: number): string[] => table.columns.map(column => String(cellValue(column, row) ?? ''));
  return (async function* () {
    const names = table.columns.map(({ name }) => name);
    for (let from = 0; from < table.rows; from += 1024) {
      const count = Math.min(1024, table.rows - from);
      const rows = Array.from({ length: count }, (_, i) => text(from + i));
      yield {
        names,
        rows,
        firstRow: from + 1,
        lines: Float64Array.from(rows, (_, i) => from + i + 1),
        rejected: [],
        notes: [],
      };
    }
  })();
}

/** Refuses a table that has none of the columns the model learned from: every answer would be the same. */
function checkNames(names: readonly string[], { spec }: OpenModel, source: string): void {
  if (spec.input.kind !== 'table') return;
  const { columns } = spec.input.encoder;
  if (columns.some(({ name }) => names.includes(name))) return;
  const list = (all: readonly string[]): string => all.slice(0, 8).join(', ') + (all.length > 8 ? ', …' : '');
  throw new HillockError(
    'data',
    `${source === '-' ? 'standard input' : source} has none of the columns this model takes; it has ${list(names)}`,
    `the model takes ${list(columns.map(({ name }) => name))}`,
  );
}
