/**
 * Every bar of speed beside its rival, both in turn on the same data from the same weights.
 * Usage: npm run bench -- speed [--only QUESTION,…]; npm run bench alone asks all. Rows are kept in results/<date>.json, those of
 * a question that is asked again anew. Ends with 1 where a bar is missed or what was learned differs.
 */
import { parseArgs } from 'node:util';
import { questions } from './speed/questions.mjs';
import { keep, tableOf } from './speed/results.mjs';

const { values: asked } = parseArgs({ options: { only: { type: 'string' } } });
const names = asked.only?.split(',') ?? Object.keys(questions);
const unknown = names.find(name => !Object.hasOwn(questions, name));
if (unknown !== undefined) {
  console.error(`there is no question ${unknown}: ${Object.keys(questions).join(', ')}`);
  process.exit(2);
}
const found = [];
for (const name of names) {
  const rows = (await questions[name].run()).map(row => ({ question: name, ...row }));
  for (const row of rows) console.log(JSON.stringify(row));
  keep(name, rows);
  found.push(...rows);
}
console.log(`\n${tableOf(found)}`);
const red = found.filter(({ wrong, reached }) => wrong !== undefined || reached === 'MISSED');
for (const { question, what, rival, wrong = 'the bar is missed' } of red)
  console.error(`${question}, ${what}, ${rival}: ${wrong}`);
process.exit(red.length > 0 ? 1 : 0);
