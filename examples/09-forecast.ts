/** A forecast: five years of monthly sales with a trend and a season, the last one hidden from the network. */
import assert from 'node:assert/strict';
import { random, train } from 'hillock';
import { makeTable, numberColumn, textColumn } from 'hillock/data';

const months = 84;
const rng = random(1);
const sales = Array.from({ length: months }, (_, t) => {
  const season = 1 + 0.35 * Math.sin((2 * Math.PI * t) / 12) + 0.1 * Math.cos((4 * Math.PI * t) / 12);
  return (200 + 3 * t) * season * (1 + 0.03 * rng.normal());
});
const month = sales.map((_, t) => `${2018 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, '0')}`);
const table = makeTable('sales', [textColumn('month', month), numberColumn('sales', sales)]);

const run = train('auto', table, { task: 'forecast', target: 'sales', horizon: 12, test: 12, seed: 1 });
const model = await run.result;

const { fixed } = model.report.forecast!;
const percent = (mape = Number.NaN) => `${mape.toFixed(1)} %`;
console.log(`the last year, none of it seen: off by ${percent(fixed!.scores.mape)} on average;`);
const { mape: before } = fixed!.baselines['seasonal-naive']!;
console.log(`the year before once more: ${percent(before)}`);
assert(fixed!.scores.mape! < 6 && fixed!.scores.mape! < before! / 2);

const [next] = await model.forecast();
for (const k of [0, 5, 11]) {
  const [lower, upper] = [next!.lower![k]!, next!.upper![k]!].map(Math.round);
  console.log(`${next!.time[k]}: ${Math.round(next!.forecast[k]!)}, 95 % between ${lower} and ${upper}`);
}
assert.equal(next!.time[0], '2025-01');
await model.close();
