/** What the columns of a row add to its prediction, by occlusion: each set to what is usual, one at a time. */
import { Refusal } from './exchange.ts';
import type { Row } from './inputs/kind.ts';
import type { Call, Service } from './route.ts';
import type { ServedModel } from './served.ts';

const mostShown = 10;

/**
 * The explanation of a row as JSON: for each column the weighed number of the row less that of the row with the column
 * at its training median or most frequent word. They need not add up: columns act together.
 */
export async function explanation(model: ServedModel, row: Row, call: Call, service: Service): Promise<string> {
  const { reader, writer } = model;
  if (!reader.variants) throw new Refusal(400, '?explain=1 is for models of tables');
  const variants = reader.variants(row);
  const results = await service.predict(model, [row, ...variants.map(variant => variant.row)], call, 1);
  const own = writer.weight(results, 0, results);
  const contributions = variants
    .map(({ field, found, usual }, i) => ({
      column: field,
      value: found,
      usual,
      contribution: Number((own - writer.weight(results, i + 1, results)).toPrecision(4)),
    }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, mostShown);
  const text = JSON.stringify({ of: writer.weighed, method: 'occlusion', contributions });
  return `${writer.json(results, 0).slice(0, -1)},"explanation":${text}}`;
}
