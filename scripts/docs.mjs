/**
 * Writes what the records print themselves: docs/commands.md, docs/reference.md and the list in docs/layers.md.
 * Usage: node scripts/docs.mjs [--check] (after a build); with --check it only tells which page is out of date and exits 1.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { layerList } from './docs-layers.mjs';
import { blocks, picture } from './docs-scale.mjs';

const root = new URL('..', import.meta.url);
const room = (/** @type {string} */ path) => import(new URL(`dist/rooms/${path}`, root).href);

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows]
    .map(row => `| ${row.map(cell => String(cell).replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

/** @param {number} value */
const short = value => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : value > 0 ? '∞' : '−∞');

async function referencePage() {
  const [{ activations }, { layerKinds, losses, initialisers }, { optimizers, schedules }, { metrics }, { ops }] =
    await Promise.all(['neuron/index.js', 'nn/index.js', 'optim/index.js', 'train/index.js', 'ops/index.js'].map(room));
  /** @param {Record<string, { name: string, about: string }>} records */
  const named = records =>
    table(
      ['name', 'what it is'],
      Object.values(records).map(({ name, about }) => [`\`${name}\``, about]),
    );
  const sections = [
    [
      'Activations',
      table(
        ['name', 'ŷ = f(z)', 'f′(z)', 'range', 'good for'],
        Object.values(activations).map(a => [
          `\`${a.name}\``,
          a.formula,
          a.slope,
          a.range.map(short).join(' … '),
          a.useFor,
        ]),
      ),
    ],
    [
      'Layers',
      table(
        ['kind', 'what it computes', 'example'],
        layerKinds.map((/** @type {{ kind: string, about: string, examples: unknown[] }} */ k) => [
          `\`${k.kind}\``,
          k.about,
          `\`${JSON.stringify(k.examples[0])}\``,
        ]),
      ),
    ],
    ['Losses', named(losses)],
    ['Initialisers', named(initialisers)],
    [
      'Optimisers',
      table(
        ['name', 'update', 'arrays kept for each parameter'],
        Object.values(optimizers).map(o => [`\`${o.name}\``, o.about, o.slots.join(', ') || 'none']),
      ),
    ],
    ['Schedules', named(schedules)],
    [
      'Metrics',
      table(
        ['name', 'what it is', 'tasks', 'better'],
        metrics.map((/** @type {{ name: string, about: string, tasks: string[], better: string }} */ m) => [
          `\`${m.name}\``,
          m.about,
          m.tasks.join(', '),
          m.better,
        ]),
      ),
    ],
    [
      'Ops',
      table(
        ['ONNX operator', 'gradient', 'test cases'],
        ops.map((/** @type {{ name: string, vjp: unknown, cases: unknown[] }} */ o) => [
          `\`${o.name}\``,
          o.vjp ? 'yes' : 'declared not differentiable',
          String(o.cases.length),
        ]),
      ),
    ],
  ];
  const intro =
    'Every activation, layer, loss, initialiser, optimiser, schedule, metric and op, printed from the records that define them (`npm run docs`).';
  return `# Reference\n\n${intro}\n\n${sections.map(([title, body]) => `## ${title}\n\n${body}`).join('\n\n')}\n`;
}

async function commandsPage() {
  const [{ commandReference }, { commands }] = await Promise.all(
    ['cli/reference.js', 'cli/commands/index.js'].map(room),
  );
  const intro =
    'Every command and option, printed from the records that define them (`npm run docs`). `--json` on any command prints newline-delimited events, the last one the result.';
  return `# Commands\n\n${intro}\n\n${await commandReference(commands)}`;
}

/** The page as it is written, with the list of all layers after its last heading. */
async function layersPage() {
  const { layerKinds } = await room('nn/index.js');
  const heading = '\n## Every layer\n';
  const [written] = readFileSync(new URL('docs/layers.md', root), 'utf8').split(heading);
  return `${written}${heading}\n${layerList(layerKinds)}\n`;
}

/** The page as it is written, with its tables between their marks. */
function scalePage() {
  const written = readFileSync(new URL('docs/scale.md', root), 'utf8');
  return Object.entries(blocks()).reduce(
    (text, [name, body]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\\n)[^]*?(\\n<!-- /${name} -->)`),
        (_, from, to) => `${from}\n${body}\n${to}`,
      ),
    written,
  );
}

const pages = {
  'docs/reference.md': await referencePage(),
  'docs/commands.md': await commandsPage(),
  'docs/layers.md': await layersPage(),
  'docs/scale.md': scalePage(),
  'docs/plan.svg': picture(),
};
let stale = 0;
for (const [path, text] of Object.entries(pages)) {
  const file = fileURLToPath(new URL(path, root));
  let current = '';
  try {
    current = readFileSync(file, 'utf8');
  } catch {}
  if (current === text) continue;
  stale++;
  if (process.argv.includes('--check')) console.error(`${path} is out of date: run npm run docs`);
  else writeFileSync(file, text);
}
if (process.argv.includes('--check') && stale > 0) process.exit(1);
