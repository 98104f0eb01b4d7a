/**
 * Where the time of a training step goes, op by op: ONNX Runtime's own profiler on the program of a question.
 * Usage: npm run bench -- --profile QUESTION [--steps N] [--threads N]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeRuntime } from '../dist/rooms/runtime/node.js';
import { channelBlocks, fit } from '../dist/rooms/train/index.js';
import { writeData } from './speed/data.mjs';
import { jobOf } from './speed/job-of.mjs';
import { questions } from './speed/questions.mjs';

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { steps: { type: 'string', default: '24' }, threads: { type: 'string', default: '2' } },
});
const trained = Object.keys(questions).filter(name => questions[name].layers);
const [name] = positionals;
if (!trained.includes(name)) {
  console.error(`which question? npm run bench -- --profile ${trained.join('|')}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'hillock-profile-'));
const prefix = join(folder, 'profile');
const job = jobOf(questions[name], writeData(questions[name].data, folder));
let steps = 0;
const runtime = await nodeRuntime({ threads: Number(asked.threads), profile: prefix });
const events = fit(job, runtime, { forms: { blocks: await channelBlocks(runtime) } });
for await (const event of events) {
  if (event.event !== 'step') continue;
  steps = event.step;
  if (steps >= Number(asked.steps)) break;
}

/** Time of nodes that hold others, which would be counted twice. */
const holders = new Set(['Loop', 'Scan', 'If']);
const totals = new Map();
let held = 0;
for (const file of readdirSync(folder).filter(file => file.startsWith('profile'))) {
  for (const { cat, name, dur, args } of JSON.parse(readFileSync(join(folder, file), 'utf8'))) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    if (args.op_name === 'Loop') held += dur;
    if (holders.has(args.op_name)) continue;
    const shapes = (args.input_type_shape ?? []).map(entry => Object.values(entry)[0].join('×') || '·');
    const key = `${args.op_name} ${shapes.join(' , ')}`;
    const known = totals.get(key) ?? { op: args.op_name, shapes: shapes.join(', '), calls: 0, us: 0 };
    totals.set(key, { ...known, calls: known.calls + 1, us: known.us + dur });
  }
}
rmSync(folder, { recursive: true });
/** Ops in the order of their time, with their rows. */
function groupedByOp(list) {
  const groups = {};
  for (const row of list) groups[row.op] = [...(groups[row.op] ?? []), row];
  const time = rows => rows.reduce((total, { us }) => total + us, 0);
  return Object.fromEntries(Object.entries(groups).sort(([, a], [, b]) => time(b) - time(a)));
}

const rows = [...totals.values()].toSorted((a, b) => b.us - a.us);
const sum = rows.reduce((total, { us }) => total + us, 0);
const line = (/** @type {unknown[]} */ ...cells) => console.log(`| ${cells.join(' | ')} |`);
const share = (/** @type {number} */ us) => `${((100 * us) / held).toFixed(1)} %`;
console.log(`${name}: ${(held / steps / 1000).toFixed(3)} ms a step over ${steps} steps, ${asked.threads} threads\n`);
line('op', 'calls a step', 'µs a step', 'share');
line('---', '---:', '---:', '---:');
for (const [op, list] of Object.entries(groupedByOp(rows))) {
  const us = list.reduce((total, row) => total + row.us, 0);
  line(
    op,
    (list.reduce((total, { calls }) => total + calls, 0) / steps).toFixed(1),
    (us / steps).toFixed(0),
    share(us),
  );
}
line('between nodes', '', ((held - sum) / steps).toFixed(0), share(held - sum));
console.log();
line('op', 'shapes of its inputs', 'calls a step', 'µs a step', 'share');
line('---', '---', '---:', '---:', '---:');
for (const { op, shapes, calls, us } of rows.slice(0, 24))
  line(op, shapes, (calls / steps).toFixed(1), (us / steps).toFixed(0), share(us));
