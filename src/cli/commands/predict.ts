import { HillockError } from '../../errors.ts';
import { formatCount } from '../../format.ts';
import { defineCommand } from '../command.ts';
import type { Output } from '../output.ts';
import { choice, integer, number, repeated, required, text } from '../parameters.ts';
import { deviceOption } from './device-option.ts';
import type { RowFormat, RowPart } from './predict-format.ts';
import type { Sink } from './sink.ts';

const mostReported = 20;

/** `hillock predict`: rows in, the same rows with predictions out. */
export const predict = defineCommand({
  details:
    'Streams the rows of a table file or of standard input, keeps their order and their columns, and adds the prediction ' +
    'and the probability of each class. A column that is not there is missing in every row; a category never seen in ' +
    'training is taken as another; a row that cannot be used is named on stderr and stays in the output without a ' +
    'prediction. A model of images takes pictures, or a folder of them, and gives a row a picture; those of another size ' +
    'or with other colours are brought to what the model takes. CSV by default, JSON Lines for JSON input, events with ' +
    '--json; of images on a terminal a line each with the class and its probability. A forecast gives the steps after the ' +
    'end of the data it learned from, or of a file: time, forecast, lower and upper bound.',
  arguments: {
    run: required(text('RUN', 'a run folder or a model.onnx')),
    source: repeated(
      text(
        'SOURCE',
        'a table file, - for standard input, a folder of images, pictures, or a name like demo:xor; not needed for the next steps of a forecast',
      ),
    ),
  },
  options: {
    out: text('FILE', 'write the rows to a file instead of standard output'),
    format: choice(
      'NAME',
      ['csv', 'jsonl', 'text'],
      'how rows are written (default: told by --out, then by the input)',
    ),
    steps: integer('N', 'of a forecast: how many steps ahead (default: its horizon)', { min: 1, max: 1_000_000 }),
    device: deviceOption('where the network runs (default: cpu)'),
    threshold: number('P', 'of two classes: the probability above which it is the second', { min: 0, max: 1 }),
  },
  examples: [
    { line: 'hillock predict runs/salary new-people.csv --out predicted.csv', shows: 'predictions for a file' },
    { line: 'hillock predict runs/digits scan-1.png scan-2.png', shows: 'what is on pictures' },
    { line: 'hillock predict runs/sales', shows: 'the next steps of a forecast' },
    { line: 'zcat people.csv.gz | hillock predict runs/salary - | head', shows: 'as a part of a pipe' },
  ],
  async run({ args, options, out }) {
    const { openModel } = await import('./open-model.ts');
    const model = await openModel(args.run, options);
    const { target, input } = model.spec;
    const { classesOf } = await import('../../features/target-encoding.ts');
    const classes = classesOf(target);
    const [source, ...others] = args.source;
    if (input.kind === 'series') {
      const { predictSeries } = await import('./predict-series.ts');
      const format = options.format ?? formatOf(options.out, source ?? '');
      if (format === 'text') throw new HillockError('usage', '--format text is of images', 'use csv or jsonl');
      try {
        await predictSeries(
          model,
          { run: args.run, sources: args.source, format, out: options.out, steps: options.steps },
          out,
        );
      } finally {
        await model.predictor.close();
      }
      return undefined;
    }
    if (source === undefined) throw new HillockError('usage', '<source> is required');
    if (options.steps !== undefined) throw new HillockError('usage', '--steps is of a forecast', 'leave --steps out');
    if (input.kind === 'table' && others.length > 0) {
      throw new HillockError('usage', `this model takes the rows of one table, not of ${args.source.length}`);
    }
    const { csvFormat, eventFormat, jsonlFormat, textFormat } = await import('./predict-format.ts');
    const { fileSink, streamSink } = await import('./sink.ts');
    const sniffed = source === '-' && options.format === undefined && (await inputIsJson());
    const looked = input.kind === 'images' && options.out === undefined && out.stdout.interactive;
    const named = options.format ?? (looked ? 'text' : formatOf(options.out, sniffed ? '-.jsonl' : source));
    const events = out.json && options.out === undefined;
    const formats = { csv: csvFormat, jsonl: jsonlFormat, text: textFormat };
    const format = (events ? eventFormat : formats[named])(classes);
    const parts =
      input.kind === 'table'
        ? (await import('./predict-table.ts')).tableRows(source, model, reporter(out))
        : (await import('./predict-images.ts')).imageRows(args.source, model, out, reporter(out));
    const sink = options.out === undefined ? streamSink(out) : await fileSink(options.out);
    try {
      const { rows, unusable } = await writeAll(parts, format, sink);
      await sink.finish();
      if (unusable > 0 && !out.json) {
        out.message(`${formatCount(unusable)} of ${formatCount(rows)} rows have no prediction`);
      }
      const fields = { rows, predicted: rows - unusable, unusable, out: options.out ?? null, run: args.run };
      if (out.json) out.event('result', fields);
      else if (options.out !== undefined) out.message(`${formatCount(rows)} rows written to ${options.out}`);
    } catch (error) {
      await sink.discard();
      throw error;
    } finally {
      await model.predictor.close();
    }
    return undefined;
  },
});

async function writeAll(
  parts: AsyncIterable<RowPart>,
  format: RowFormat,
  sink: Sink,
): Promise<{ rows: number; unusable: number }> {
  let rows = 0;
  let unusable = 0;
  let header: readonly string[] | undefined;
  for await (const part of parts) {
    let text = header === undefined ? format.header(part.names) : '';
    header ??= part.names;
    for (const row of part.rows) {
      text += format.row(part.names, row);
      rows++;
      if (!row.prediction) unusable++;
    }
    await sink.write(text);
  }
  return { rows, unusable };
}

/** Whether standard input begins like JSON; what was looked at is put back. */
async function inputIsJson(): Promise<boolean> {
  const { stdin } = process;
  let chunk: Uint8Array | null = stdin.read();
  if (chunk === null && !stdin.readableEnded) {
    await new Promise(resolve => stdin.once('readable', resolve).once('end', resolve));
    chunk = stdin.read();
  }
  if (chunk === null) return false;
  stdin.unshift(chunk);
  return /^\uFEFF?\s*(\{\s*"|\[\s*\{)/.test(
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(chunk.subarray(0, 200)),
  );
}

function formatOf(file: string | undefined, source: string): 'csv' | 'jsonl' {
  const json = /\.(json|jsonl|ndjson)(\.gz)?$/i;
  if (file !== undefined && /\.[a-z]+$/i.test(file)) return json.test(file) ? 'jsonl' : 'csv';
  return json.test(source) ? 'jsonl' : 'csv';
}

/** Says each thing once on stderr, and not without end. */
function reporter(out: Output): (message: string) => void {
  const said = new Set<string>();
  return message => {
    if (said.has(message) || said.size > 10 * mostReported) return;
    said.add(message);
    out.message(message);
  };
}
