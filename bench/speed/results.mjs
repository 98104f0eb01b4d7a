/** The results of a day in one file, and as a table. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { version } from 'hillock';

const folder = new URL('../results/', import.meta.url);
const today = () => fileURLToPath(new URL(`${new Date().toISOString().slice(0, 10)}.json`, folder));

/** Puts the rows of a question into the file of the day, in the place of those it had. */
export function keep(question, rows) {
  mkdirSync(folder, { recursive: true });
  const known = existsSync(today()) ? JSON.parse(readFileSync(today(), 'utf8')).rows : [];
  const environment = {
    hillock: version,
    node: process.version,
    processor: cpus()[0]?.model.trim(),
    cores: cpus().length,
  };
  const all = [...known.filter(row => row.question !== question), ...rows];
  writeFileSync(
    today(),
    `${JSON.stringify({ created: new Date().toISOString(), ...environment, rows: all }, null, 2)}\n`,
  );
}

const shown = value => (typeof value === 'number' ? value.toLocaleString('en') : (value ?? '–'));

const beside = ({ loss, accuracy }) =>
  loss
    ? `loss ${loss.ours} / ${loss.theirs} over ${loss.steps} steps`
    : accuracy
      ? `accuracy ${accuracy.ours} / ${accuracy.theirs}`
      : '–';

function cellsOf(row) {
  const { question, what, rival, missing, ours, theirs, ratio, spread, must, aim, reached, wrong } = row;
  if (missing) return [question, what, rival, `not here: ${missing}`];
  const span = spread ? ` (${spread.join('–')})` : '';
  const verdict = wrong ? `WRONG: ${wrong}` : reached;
  return [
    question,
    what,
    rival,
    shown(ours),
    shown(theirs),
    `${shown(ratio)}${span}`,
    `${must} / ${aim}`,
    verdict,
    beside(row),
  ];
}

/** Rows as a table of Markdown. */
export function tableOf(rows) {
  const head = [
    'question',
    'what',
    'rival',
    'ours',
    'theirs',
    'ratio (spread)',
    'must / aim',
    'reached',
    'learned, ours / theirs',
  ];
  const line = cells => `| ${head.map((_, i) => cells[i] ?? '').join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(row => line(cellsOf(row)))].join('\n');
}
