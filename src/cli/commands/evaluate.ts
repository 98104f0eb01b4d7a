import type { Table } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import { classesOf } from '../../features/index.ts';
import { formatCount, formatScore } from '../../format.ts';
import { confusion, outputsOf, type Scores, score } from '../../train/index.ts';
import { defineCommand } from '../command.ts';
import { confusionMatrix } from '../confusion.ts';
import type { Output } from '../output.ts';
import { number, required, text } from '../parameters.ts';
import { table as tableText } from '../table.ts';
import { styled } from '../terminal.ts';
import { type OpenModel, openModel } from './open-model.ts';
import { imagesOf } from './predict-images.ts';
import { readingOf } from './source.ts';
import { noteText } from './train-data.ts';

/** `hillock evaluate`: a saved model's scores on other labelled data. */
export const evaluate = defineCommand({
  details:
    'Reads labelled data by the rules of the training data, predicts every row, and prints the scores beside those of the ' +
    'run itself, with a confusion matrix. Labels that differ by a full stop, blanks or case are matched and said so.',
  arguments: {
    run: required(text('RUN', 'a run folder or a model.onnx')),
    source: required(text('SOURCE', 'a table file with the target column, a folder of images, or a built-in set')),
  },
  options: {
    threshold: number('P', 'of two classes: the probability above which it is the second', { min: 0, max: 1 }),
  },
  examples: [
    { line: 'hillock evaluate runs/salary next-year.csv', shows: 'does it hold on new data?' },
    {
      line: 'hillock evaluate runs/salary next-year.csv --threshold 0.3 --json',
      shows: 'a lower bar for the second class',
    },
  ],
  async run({ args, options, out }) {
    const model = await openModel(args.run, options);
    try {
      const { spec, report } = model;
      if (spec.input.kind === 'series') {
        const { evaluateForecast } = await import('./evaluate-series.ts');
        await evaluateForecast(args.run, args.source, model, out);
        return undefined;
      }
      const judged =
        spec.input.kind === 'table'
          ? await judgedTable(args.source, model, out)
          : await judgedImages(args.source, model, out);
      const { truths, predictions } = judged;
      const scored = { predictions, truths, outputs: outputsOf(spec.target), threshold: spec.threshold };
      const metrics = score(spec.target.task, scored);
      const classes = classesOf(spec.target);
      const counts = classes && confusion(scored, classes.length);
      const fields = {
        run: args.run,
        source: args.source,
        target: spec.target.name,
        task: spec.target.task,
        rows: truths.length,
        skipped: judged.skipped,
        threshold: spec.target.task === 'binary' ? spec.threshold : null,
        metrics,
        classes,
        confusion: counts,
      };
      const seen = report?.fingerprint.startsWith(judged.fingerprint) ?? false;
      out.result({ ...fields, seenInTraining: seen }, () => {
        const parts = [
          `${styled(args.source, 'bold', out.stdout)}: ${formatCount(truths.length)} rows with ${spec.target.name}` +
            (judged.skipped > 0 ? `, ${formatCount(judged.skipped)} without are left out` : ''),
          scoresTable(metrics, report?.metrics.test, report?.rows.test),
          ...(seen ? [seenText] : []),
        ];
        if (counts && classes) parts.push(confusionMatrix({ labels: classes, counts }, out.stdout));
        return parts.join('\n\n');
      });
    } finally {
      await model.predictor.close();
    }
    return undefined;
  },
});

interface Judged {
  readonly truths: Float64Array;
  readonly predictions: Float32Array;
  readonly skipped: number;
  readonly fingerprint: string;
}

const seenText =
  'This is the data the run was trained on: most of these rows were seen in training, so the scores flatter. ' +
  "How well it does on new rows is told by the run's test part, or by another file.";

function scoresTable(metrics: Scores, own: Scores | undefined, rows: number | undefined): string {
  const compared = own !== undefined && (rows ?? 0) > 0;
  const columns = ['here', ...(compared ? ["the run's test part"] : [])].map(header => ({
    header,
    align: 'right' as const,
  }));
  const value = (scores: Scores, name: string): string => formatScore(name, scores[name]);
  const names = Object.keys(metrics);
  return tableText(
    ['', ...columns],
    names.map(name => [name, value(metrics, name), ...(compared ? [value(own, name)] : [])]),
  );
}

async function judgedTable(source: string, { spec, header, predictor }: OpenModel, out: Output): Promise<Judged> {
  if (spec.input.kind !== 'table') throw new HillockError('unexpected', 'not a model of tables');
  const { column, table: readTable } = await import('../../data/index.ts');
  const { matchTarget } = await import('../../features/index.ts');
  const table: Table = await readTable(source, await readingOf(spec, header));
  const matched = matchTarget(spec.target, column(table, spec.target.name));
  const classes = classesOf(spec.target);
  const truths = classes ? Float64Array.from(matched.codes) : matched.values;
  const known = (row: number): boolean => (classes ? truths[row]! >= 0 : Number.isFinite(truths[row]!));
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row).filter(known);
  if (rows.length === 0) {
    throw new HillockError(
      'data',
      `no row of ${source} has a usable ${spec.target.name}`,
      classes ? `the model knows the classes ${classes.slice(0, 10).join(', ')}` : undefined,
    );
  }
  const { raw, notes } = await predictor.table(table, rows);
  const all = [...table.notes, ...matched.notes, ...notes];
  if (!out.json) for (const note of all.slice(0, 10)) out.message(`note: ${noteText(note)}`);
  if (!out.json && all.length > 10) out.message(`note: ${all.length - 10} more like these`);
  out.event('data', { rows: table.rows, notes: all.slice(0, 200) });
  return {
    truths: Float64Array.from(rows, row => truths[row]!),
    predictions: raw,
    skipped: table.rows - rows.length,
    fingerprint: table.fingerprint,
  };
}

async function judgedImages(source: string, model: OpenModel, out: Output): Promise<Judged> {
  const images = await imagesOf([source], model, out);
  if (!out.json) for (const { message } of images.notes) out.message(`note: ${message}`);
  out.event('data', { rows: images.rows, notes: images.notes.slice(0, 200) });
  const { labels, classNames } = images;
  if (!labels) throw new HillockError('data', `${images.source} holds images without labels`, 'see `hillock predict`');
  const { target } = model.spec;
  const classes = classesOf(target) ?? [];
  const codes = classNames.map(name => classes.indexOf(name));
  const rows = Int32Array.from({ length: images.rows }, (_, row) => row).filter(row => codes[labels[row]!]! >= 0);
  if (rows.length === 0) throw new HillockError('data', `no image of ${source} has a class that the model knows`);
  const { raw } = await model.predictor.images(images, rows);
  return {
    truths: Float64Array.from(rows, row => codes[labels[row]!]!),
    predictions: raw,
    skipped: images.rows - rows.length,
    fingerprint: images.fingerprint,
  };
}
