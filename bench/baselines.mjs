// What a network for forecasts has to beat: every baseline on public series, each with its last steps held out.
//
//   npm run bench -- baselines
//
// The series are read from the folder that HILLOCK_DATA names. The baselines learn from what comes before the held-out
// steps; forecasts are made from every origin in them whose horizon fits (rolling origin). Prints a table.
import { baselines, rollBaseline, scoreForecasts } from 'hillock';
import { seriesOf, splitSeries, table, windowsOf } from 'hillock/data';

const folder = process.env.HILLOCK_DATA;
if (!folder) {
  console.error('set HILLOCK_DATA to the folder that holds the public data sets');
  process.exit(2);
}

/** @type {[file: string, target: string, test: number, horizon: number][]} */
const questions = [
  ['series/airline-passengers.csv', 'Passengers', 24, 24],
  ['series/airline-passengers.csv', 'Passengers', 24, 1],
  ['series/shampoo.csv', 'Sales', 12, 12],
  ['series/shampoo.csv', 'Sales', 12, 1],
  ['series/us-retail-sales.csv', 'y', 24, 24],
  ['series/daily-min-temperatures.csv', 'Temp', 365, 1],
  ['series/australian_capital_retail.csv', 'takeaway_food_services', 24, 24],
  ['bike-sharing/hour.csv', 'cnt', 744, 24],
  ['electricity-transformer/ETTh1.csv', 'OT', 3484, 24],
];
const shown = (/** @type {number | undefined} */ value) =>
  value === undefined ? '–' : String(Number(value.toPrecision(4)));

console.log(
  '| series | last steps | horizon | baseline | MAE | RMSE | MAPE % | MASE | R² |\n|---|---|---|---|---|---|---|---|---|',
);
for (const [file, target, test, horizon] of questions) {
  const set = seriesOf(await table(`${folder}/${file}`), { target, features: [] });
  const split = splitSeries(set, { validation: 0, test });
  const windows = windowsOf(set, split, 'test', { window: 1, horizon });
  for (const baseline of baselines) {
    const { mae, rmse, mape, mase, r2 } = scoreForecasts(rollBaseline(set, split, 'test', windows, baseline)).overall;
    const cells = [file, test, horizon, baseline.name, ...[mae, rmse, mape, mase, r2].map(shown)];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
