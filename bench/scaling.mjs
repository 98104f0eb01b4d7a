/**
 * How time and memory of a training step grow with parameters, batch, depth, sequence length and threads; draws docs/scaling-*.svg.
 * A growth faster than the arithmetic's is marked. Usage: npm run bench -- scaling [--only parameters,batch,depth,steps]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { version } from 'hillock';
import { figureSvg, palettes } from 'hillock/draw';
import { axes } from './scaling/axes.mjs';

const { values: asked } = parseArgs({ options: { only: { type: 'string', default: Object.keys(axes).join(',') } } });
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const line = (/** @type {unknown[]} */ ...cells) => console.log(`| ${cells.join(' | ')} |`);
/** Time may grow by this power of the arithmetic before it is called faster. */
const linear = 1.15;

function measured(axis, value, threads) {
  const { stdout, status } = spawnSync(process.execPath, [here('scaling/step.mjs'), axis, `${value}`, `${threads}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${axis} ${value}, ${threads} threads: ended with ${status}`);
  return JSON.parse(stdout);
}

const rows = [];
for (const name of asked.only.split(',')) {
  const { label, about, values, x, work } = axes[name];
  console.log(`\n${label}: ${about}\n`);
  line(label, '1 thread, ms a step', '2 threads', 'grows as arithmetic to the power', 'peak memory, MB', 'loss');
  line('---:', '---:', '---:', '---:', '---:', '---');
  let last;
  const points = values.map(value => {
    const [one, two] = [measured(name, value, 1), measured(name, value, 2)];
    const power = last && Math.log(one.ms / last.ms) / Math.log(work(value) / last.work);
    last = { ms: one.ms, work: work(value) };
    const told = power === undefined ? '' : `${power.toFixed(2)}${power > linear ? ' !' : ''}`;
    const loss = `${one.loss[0].toPrecision(3)} → ${one.loss[1].toPrecision(3)}`;
    line(x(value).toLocaleString('en'), one.ms.toPrecision(3), two.ms.toPrecision(3), told, one.megabytes, loss);
    return { x: x(value), one, two, power };
  });
  rows.push({ axis: name, label, about, points });
  const curve = (label, of) => ({ label, points: points.map(point => [point.x, of(point)]), marks: true });
  const picture = (id, title, says, y, curves) =>
    writeFileSync(
      here(`../docs/scaling-${id}.svg`),
      figureSvg(
        {
          kind: 'curves',
          id,
          title,
          says,
          height: 300,
          model: { caption: title, x: { label, log: true }, y: { label: y, log: true }, curves },
        },
        { width: 520, palette: palettes.light, ground: true },
      ),
    );
  picture(name, `Time of a step against ${label}`, about, 'ms a step', [
    curve('1 thread', ({ one }) => one.ms),
    curve('2 threads', ({ two }) => two.ms),
  ]);
  picture(`${name}-memory`, `Peak memory against ${label}`, about, 'MB', [
    curve('the process', ({ one }) => one.megabytes),
    curve('before training', ({ one }) => one.without),
  ]);
}
const results = here('results');
mkdirSync(results, { recursive: true });
const environment = { hillock: version, node: process.version, processor: cpus()[0]?.model, cores: cpus().length };
/** Axes that were not asked for stay as they were measured before. */
const file = `${results}/scaling.json`;
const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).rows : [];
const kept = before.filter(({ axis }) => !rows.some(row => row.axis === axis));
const created = new Date().toISOString();
const load = loadavg().map(value => Number(value.toFixed(1)));
const measuredNow = rows.map(row => ({ ...row, created, load, ...environment }));
writeFileSync(file, `${JSON.stringify({ rows: [...kept, ...measuredNow] }, null, 2)}\n`);
