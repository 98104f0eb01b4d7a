// How good the default settings are: every data set of the table below, trained by the package as a person would.
//
//   npm run bench -- figures [--only adult,wine] [--seeds 3] [--threads N]
//
// The sets are read from the folder that HILLOCK_DATA names. Prints a table and writes
// results/figures.json. `ours` is the mean over the seeds; `worst` the worst of them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { random, train, version } from 'hillock';
import { column, kfold, makeTable, readSource, select, table, textColumn } from 'hillock/data';

const { values: asked } = parseArgs({
  options: { only: { type: 'string' }, seeds: { type: 'string' }, threads: { type: 'string' } },
});
const seeds = Array.from({ length: Number(asked.seeds ?? 3) }, (_, seed) => seed);
const threads = asked.threads === undefined ? {} : { threads: Number(asked.threads) };
const folder = process.env.HILLOCK_DATA;
if (!folder) {
  console.error('set HILLOCK_DATA to the folder that holds the public data sets');
  process.exit(2);
}
const read = (/** @type {string} */ file) => table(`${folder}/${file}`);

/** One run with default settings: its scores on the test part, the linear model's, and its seconds. */
async function run(data, { model: name = 'mlp', ...options }) {
  const model = await train(name, data, { ...threads, ...options }).result;
  const { metrics, baseline, rows, seconds, parameters } = model.report;
  await model.close();
  return { ours: { ...metrics.test, seconds, parameters }, linear: baseline.linear ?? {}, rows: rows.test };
}

/** 5-fold cross-validation, each class in proportion: scores weighted by the rows of a fold. */
async function folds(data, options) {
  const target = column(data, options.target);
  const parts = kfold(data.rows, 5, random(options.seed).split('figures'), target.codes ?? target.values);
  const runs = [];
  for (const part of parts) {
    runs.push(await run(select(data, part.train), { ...options, test: select(data, part.test) }));
  }
  const pooled = key => ({
    accuracy: runs.reduce((sum, each) => sum + each[key].accuracy * each.rows, 0) / data.rows,
  });
  const whole = key => mean(runs.map(({ ours }) => ours[key]));
  const ours = { ...pooled('ours'), seconds: whole('seconds'), parameters: whole('parameters') };
  return { ours, linear: pooled('linear'), rows: data.rows };
}

async function heightWeight() {
  const data = await read('height-weight-index/500_Person_Gender_Height_Weight_Index.csv');
  const obese = Array.from(column(data, 'Index').values, index => (index >= 4 ? 'yes' : 'no'));
  const kept = data.columns.filter(({ name }) => name !== 'Index');
  return makeTable(data.source, [...kept, textColumn('obese', obese)]);
}

async function adult() {
  const data = await read('adult/adult.csv');
  const like = data.columns.map(({ name }) => name);
  return { data, test: await table(`${folder}/adult/adult-test.data`, { like }) };
}

const belowSeasonal = { 'mae over seasonal-naive': [1, 0.7] };
/** The test part from its beginning, seeing none of it. */
const unseen = { how: 'last steps, none seen', of: ({ fixed }) => fixed };
/** The test part from every origin in it. */
const everyOrigin = { how: 'last steps, every origin', of: ({ rolling }) => rolling.test };

const sets = [
  {
    name: 'adult',
    how: 'official split',
    bars: { accuracy: [0.855, 0.873], auc: [0.91, 0.927] },
    make: async () => {
      const { data, test } = await adult();
      return seed => run(data, { target: 'salary', test, seed });
    },
  },
  set('california-housing', 'california-housing/housing.csv', 'median_house_value', { r2: [0.8, 0.83] }),
  crossValidated('wdbc', 'breast-cancer-wisconsin/wdbc.csv', 'Diagnosis', { accuracy: [0.97, 0.98] }),
  crossValidated('wine', 'wine/wine.csv', 'class', { accuracy: [0.975, 0.99] }),
  crossValidated('penguins', 'penguins/penguins.csv', 'species', { accuracy: [0.99, 1] }),
  crossValidated('titanic', 'titanic/titanic.csv', 'survived', { accuracy: [0.8, 0.83] }, ['alive']),
  set('diamonds', 'diamonds/diamonds.csv', 'price', { r2: [0.97, 0.983] }),
  set('bike-sharing', 'bike-sharing/hour.csv', 'cnt', { r2: [0.9, 0.95] }, ['casual', 'registered']),
  {
    name: 'height-weight-index',
    how: 'test part by seed',
    bars: { accuracy: [0.95, 0.99] },
    make: async () => {
      const data = await heightWeight();
      return seed => run(data, { target: 'obese', seed });
    },
  },
  images('mnist', 'mnist', { accuracy: [0.982, 0.986] }, { model: 'mlp' }),
  images('mnist-cnn', 'mnist', { accuracy: [0.99, 0.994], seconds: [300, 60], parameters: [100_000, 100_000] }),
  images('cifar10', 'cifar10', { accuracy: [0.65, 0.75], seconds: [900, 600] }),
  images('cifar100', 'cifar100', { accuracy: [0.2, 0.3], seconds: [900, 600] }, { label: 'coarse' }),
  series('airline', 'series/airline-passengers.csv', { mape: [12, 6.5] }, unseen, {
    target: 'Passengers',
    horizon: 24,
    test: 24,
  }),
  series('shampoo', 'series/shampoo.csv', belowSeasonal, unseen, { target: 'Sales', horizon: 12, test: 12 }),
  series('us-retail', 'series/us-retail-sales.csv', belowSeasonal, unseen, { target: 'y', horizon: 24, test: 24 }),
  series('daily-temperatures', 'series/daily-min-temperatures.csv', belowSeasonal, everyOrigin, {
    target: 'Temp',
    horizon: 1,
    test: 365,
  }),
  // The aim is the error of a linear regression for each step ahead (`npm run bench -- baselines`), the form of DLinear.
  series('ETTh1', 'electricity-transformer/ETTh1.csv', { 'mae over naive': [1, 0.881] }, everyOrigin, {
    target: 'OT',
    horizon: 24,
    test: 0.2,
  }),
  series('bike-hourly', 'bike-sharing/hour.csv', { r2: [0.85, 0.93] }, everyOrigin, {
    target: 'cnt',
    ignore: ['casual', 'registered'],
    known: [
      'season',
      'yr',
      'mnth',
      'holiday',
      'weekday',
      'workingday',
      'weathersit',
      'temp',
      'atemp',
      'hum',
      'windspeed',
    ],
    horizon: 24,
    test: 744,
  }),
];

function set(name, file, target, bars, ignore = []) {
  const make = async () => {
    const data = await read(file);
    return seed => run(data, { target, ignore, seed });
  };
  return { name, how: 'test part by seed', bars, make };
}

function crossValidated(name, file, target, bars, ignore = []) {
  const make = async () => {
    const data = await read(file);
    return seed => folds(data, { target, ignore, seed });
  };
  return { name, how: '5-fold', bars, make };
}

/** Images with a test part of their own, by the network that the recipe chooses unless told. */
function images(name, source, bars, { label, ...options } = {}) {
  const make = async () => {
    const data = await readSource(`${folder}/${source}`, label ? { label } : {});
    return seed => run(data, { model: 'auto', ...options, seed });
  };
  return { name, how: 'test images', bars, make };
}

/** A forecast with default settings, and its errors over those of naive forecasts. */
function series(name, file, bars, { how, of }, options) {
  const make = async () => {
    const data = await read(file);
    return async seed => {
      const model = await train('auto', data, { task: 'forecast', ...threads, ...options, seed }).result;
      const { forecast, seconds, parameters } = model.report;
      await model.close();
      const { scores, baselines } = of(forecast);
      const ratios = Object.entries(baselines).map(([rival, { mae }]) => [`mae over ${rival}`, scores.mae / mae]);
      return { ours: { ...scores, ...Object.fromEntries(ratios), seconds, parameters }, linear: baselines.linear };
    };
  };
  return { name, how, bars, make };
}

const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
const shown = value => (Number.isFinite(value) ? value.toFixed(4) : '–');
/** A bar that does not rise from must to aim is of something that should be small. */
const falls = ([must, aim]) => must >= aim;
function judged(value, [must, aim]) {
  const reaches = level => (falls([must, aim]) ? value <= level : value >= level);
  return reaches(aim) ? 'aim' : reaches(must) ? 'must' : 'MISSED';
}

const rows = [];
console.log('| data | how | metric | ours (mean) | worst | linear | must | aim | reached | parameters | seconds |');
console.log('|---|---|---|---:|---:|---:|---:|---:|---|---:|---:|');
for (const { name, how, bars, make } of sets) {
  if (asked.only && !asked.only.split(',').includes(name)) continue;
  const once = await make();
  const runs = [];
  for (const seed of seeds) runs.push(await once(seed));
  for (const [metric, [must, aim]] of Object.entries(bars)) {
    const scores = runs.map(({ ours }) => ours[metric]);
    const row = {
      data: name,
      how,
      metric,
      mean: mean(scores),
      worst: falls([must, aim]) ? Math.max(...scores) : Math.min(...scores),
      linear: mean(runs.map(({ linear }) => linear[metric] ?? Number.NaN)),
      must,
      aim,
      reached: judged(mean(scores), [must, aim]),
      parameters: mean(runs.map(({ ours }) => ours.parameters)),
      seconds: mean(runs.map(({ ours }) => ours.seconds)),
      seeds: seeds.length,
    };
    rows.push(row);
    const numbers = [row.mean, row.worst, row.linear].map(shown).join(' | ');
    console.log(
      `| ${name} | ${how} | ${metric} | ${numbers} | ${must} | ${aim} | ${row.reached} | ${row.parameters.toFixed(0)} | ${row.seconds.toFixed(1)} |`,
    );
  }
}
const results = new URL('results/', import.meta.url);
mkdirSync(results, { recursive: true });
const environment = { hillock: version, node: process.version, processor: cpus()[0]?.model, cores: cpus().length };
if (!asked.only) {
  const load = loadavg().map(value => Number(value.toFixed(1)));
  const json = { created: new Date().toISOString(), ...environment, load, threads: asked.threads ?? 'all', rows };
  writeFileSync(new URL('figures.json', results), `${JSON.stringify(json, null, 2)}\n`);
}
const missed = rows.filter(({ reached }) => reached === 'MISSED');
if (missed.length > 0) console.log(`\nmissed: ${missed.map(({ data, metric }) => `${data} ${metric}`).join(', ')}`);
