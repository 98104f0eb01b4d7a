import type { Table } from '../../data/index.ts';
import { classesOf } from '../../features/index.ts';
import { formatCount, formatScore } from '../../format.ts';
import { readingOf } from '../../job/reading.ts';
import { confusion, type Scored, type Scores, score } from '../../train/index.ts';
import { defineCommand } from '../command.ts';
import { confusionMatrix } from '../confusion.ts';
import type { Output } from '../output.ts';
import { number, required, text } from '../parameters.ts';
import { table as tableText } from '../table.ts';
import { styled } from '../terminal.ts';
import { deviceOption } from './device-option.ts';
import { type OpenModel, openModel } from './open-model.ts';
import { imagesOf } from './predict-images.ts';
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
    device: deviceOption('where the network runs (default: cpu)'),
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
      const { scored } = judged;
      const metrics = score(spec.target.task, scored);
      const classes = classesOf(spec.target);
      const counts = classes && confusion(scored, classes.length);
      const fields = {
        run: args.run,
        source: args.source,
        target: spec.target.name,
        task: spec.target.task,
        rows: scored.truths.length,
        skipped: judged.skipped,
        threshold: spec.target.task === 'binary' ? spec.threshold : null,
        metrics,
        classes,
        confusion: counts,
      };
      const seen = report?.fingerprint.startsWith(judged.fingerprint) ?? false;
      out.result({ ...fields, seenInTraining: seen }, () => {
        const parts = [
          `${styled(args.source, 'bold', out.stdout)}: ${formatCount(scored.truths.length)} rows with ${spec.target.name}` +
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
  readonly scored: Scored;
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
  const { table: readTable } = await import('../../data/index.ts');
  const { scoredRows, truthsOf } = await import('../../job/judged.ts');
  const table: Table = await readTable(source, await readingOf(spec, header));
  const { truths, known, notes } = truthsOf(spec, table);
  const scored = await scoredRows(spec, predictor, table, known, truths);
  const all = [...table.notes, ...notes, ...scored.notes];
  if (!out.json) for (const note of all.slice(0, 10)) out.message(`note: ${noteText(note)}`);
  if (!out.json && all.length > 10) out.message(`note: ${all.length - 10} more like these`);
  out.event('data', { rows: table.rows, notes: all.slice(0, 200) });
  return { scored, skipped: table.rows - known.length, fingerprint: table.fingerprint };
}

async function judgedImages(source: string, model: OpenModel, out: Output): Promise<Judged> {
  const { scoredRows, truthsOf } = await import('../../job/judged.ts');
  const images = await imagesOf([source], model, out);
  if (!out.json) for (const { message } of images.notes) out.message(`note: ${message}`);
  out.event('data', { rows: images.rows, notes: images.notes.slice(0, 200) });
  const { truths, known } = truthsOf(model.spec, images);
  const scored = await scoredRows(model.spec, model.predictor, images, known, truths);
  return { scored, skipped: images.rows - known.length, fingerprint: images.fingerprint };
}
