import { z } from 'zod';
import type { Figure } from '../../draw/index.ts';
import { HillockError } from '../../errors.ts';
import { dependence, type Importance, importance, sampleRows } from '../../explain/index.ts';
import { classesOf } from '../../features/index.ts';
import { predictor } from '../../model/index.ts';
import {
  type Counterfactual,
  counterfactual,
  dependenceFigure,
  importanceFigure,
  type Slices,
  slices,
} from '../../report/index.ts';
import { Refusal } from '../../serve/exchange.ts';
import { json } from '../answer.ts';
import { reportOf, wholeNumber } from '../judged-look.ts';
import type { Route } from '../route.ts';

/** What the answer depends on, column by column. */
export interface DependenceAnswer {
  readonly columns: readonly string[];
  readonly figure: Figure;
}

export interface ImportanceAnswer {
  readonly importance: Importance;
  readonly figure: Figure;
}

const mostRows = 1000;
const mostDependent = 200;

const recordSchema = z.object({
  record: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** What a run makes of the columns of its table. */
export const columnRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/importance',
    about: 'Permutation importance of the columns over the rows that the run is judged by.',
    async handle(call, { looks }) {
      const look = await looks.open(call.param('id'));
      const judged = await look.judged();
      const { data, rows } = judged;
      if (data.kind !== 'table') throw new HillockError('usage', 'importance is of the columns of a table');
      const { artifact, runtime } = look.opened;
      const found = await look.importance(() =>
        importance(artifact.spec, artifact.parameters, runtime, data, sampleRows(rows, mostRows, 1)),
      );
      return json({ importance: found, figure: importanceFigure(found) } satisfies ImportanceAnswer);
    },
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/dependence',
    about:
      'What it answers when a column of the judged rows is set to each of its values (?column=&class=): mean and single rows.',
    async handle(call, { looks }) {
      const look = await looks.open(call.param('id'));
      const { data, rows } = await look.judged();
      const { input, target } = look.opened.artifact.spec;
      if (data.kind !== 'table' || input.kind !== 'table')
        throw new HillockError('usage', 'a model of a table depends on its columns');
      const column = call.url.searchParams.get('column') ?? input.encoder.columns[0]!.name;
      const classes = classesOf(target);
      const output = classes?.length === 2 ? 1 : (wholeNumber(call, 'class') ?? 0);
      const { artifact, runtime } = look.opened;
      const model = await predictor(artifact.spec, artifact.parameters, runtime);
      const found = await dependence(model, data, sampleRows(rows, mostDependent, 1), column, output).finally(() =>
        model.close(),
      );
      const answer = classes ? `P(${classes[output]})` : target.name;
      return json({
        columns: input.encoder.columns.map(({ name }) => name),
        figure: dependenceFigure(found, answer),
      } satisfies DependenceAnswer);
    },
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/slices',
    about: 'A score of every group of a column (?column=&metric=).',
    async handle(call, { looks }) {
      const look = await looks.open(call.param('id'));
      const { task, metrics } = reportOf(look);
      const judged = await look.judged();
      const { searchParams } = call.url;
      const metric = searchParams.get('metric') ?? Object.keys(metrics[judged.part])[0] ?? '';
      return json(slices(judged, task, searchParams.get('column') ?? '', metric) satisfies Slices);
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/counterfactual',
    about: 'The nearest row that is answered otherwise, with as few changes as keep that answer.',
    async handle(call, { looks, models }) {
      const look = await looks.open(call.param('id'));
      const read = recordSchema.safeParse(await call.json(), { jitless: true });
      if (!read.success) throw new Refusal(400, 'record must hold a cell for each column');
      const { model } = await models.open(call.param('id'));
      const predicts = { records: (records: Parameters<typeof model.predict>[0]) => model.predict(records) };
      const found = await counterfactual(look.opened.artifact.spec, await look.judged(), predicts, read.data.record);
      return json({ found } satisfies { found: Counterfactual | null });
    },
  },
];
