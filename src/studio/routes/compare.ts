import { type Pair, pair } from '../../report/index.ts';
import { Refusal } from '../../serve/exchange.ts';
import { json } from '../answer.ts';
import type { ComparedRun } from '../compared.ts';
import type { Route } from '../route.ts';

export interface CompareAnswer {
  readonly runs: readonly ComparedRun[];
}

export const compareRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/compare',
    about: 'Every run as a row: settings, scores, the course of its validation score.',
    handle: async (_, { compared }) => json({ runs: await compared() } satisfies CompareAnswer),
  },
  {
    method: 'GET',
    path: '/api/compare/pair',
    about: 'Two runs (?a=&b=): layers, drift of the weights, rows that they answer differently.',
    async handle({ url }, { looks }) {
      const ids = ['a', 'b'].map(name => url.searchParams.get(name));
      const [a, b] = ids;
      if (!a || !b) throw new Refusal(400, 'name two runs: ?a=&b=');
      const [one, two] = [await looks.open(a), await looks.open(b)];
      const judged = async () => [await one.judged(), await two.judged()] as const;
      return json((await pair(one.opened, two.opened, judged)) satisfies Pair);
    },
  },
];
