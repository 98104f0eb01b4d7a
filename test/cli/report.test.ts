/** The page of a run: of a table with hostile names, of images, of numbers, of a series, and where the data has gone. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/job/index.ts';
import { random } from '../../src/random.ts';
import { hillock } from './hillock.ts';

const folder = mkdtempSync(join(tmpdir(), 'hillock-report-'));
const rng = random(5);
const hostile = '<b onmouseover=alert(1)>"age"';

function trained(name: string, source: string, options: readonly string[]): string {
  const out = join(folder, name);
  const { code, stderr } = hillock(['train', source, '--out', out, '--epochs', '3', ...options]);
  expect(stderr.includes('error'), stderr).toBe(false);
  expect(code).toBe(0);
  return out;
}

const reportOf = (run: string): Report => JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as Report;

function pageOf(run: string, options: readonly string[] = []): { html: string; fields: Record<string, unknown> } {
  const { code, events, stderr } = hillock(['report', run, '--json', ...options]);
  expect(code, stderr).toBe(0);
  const fields = events.at(-1)!;
  return { html: readFileSync(String(fields.file), 'utf8'), fields };
}

/** Every element is closed, in order; what HTML leaves open is known. */
function checkNesting(html: string): void {
  const open: string[] = [];
  for (const [, end, name = '', self] of html.matchAll(/<(\/?)([a-zA-Z][\w]*)(?:[^<>"]|"[^"]*")*?(\/?)>/g)) {
    if (self || ['meta', 'img', 'br'].includes(name)) continue;
    if (!end) open.push(name);
    else expect(open.pop(), `before </${name}>`).toBe(name);
  }
  expect(open).toEqual([]);
}

const people = join(folder, 'people.csv');
let run = '';

beforeAll(() => {
  const rows = Array.from({ length: 160 }, () => {
    const [age, kind] = [Math.round(rng.uniform() * 80), rng.uniform() < 0.5 ? 'a' : 'b'];
    return `${age},${kind},${age + rng.normal() * 15 > 40 ? 'yes' : '</td><script>no'}`;
  });
  writeFileSync(people, `"${hostile.replaceAll('"', '""')}",kind,bought\n${rows.join('\n')}\n`);
  run = trained('people', people, ['--target', 'bought', '--hidden', '6', '--members', '1']);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a table', () => {
  test('tells the scores of the report, with pictures, no script, and every text escaped', () => {
    const { html, fields } = pageOf(run);
    const report = reportOf(run);
    checkNesting(html);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b onmouseover');
    expect(html).toContain('&lt;b onmouseover');
    expect(html).toMatch(/default-src 'none'/);
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(html).toContain(`>${Number(report.metrics.test.accuracy!.toPrecision(4))}<`);
    for (const id of ['confusion', 'roc', 'precision-recall', 'calibration', 'importance', 'loss', 'network'])
      expect(html, id).toContain(`<figure id="${id}">`);
    expect(html.match(/<svg /g)!.length).toBe(2 * html.match(/<figure /g)!.length);
    expect(html).toContain(String(fields.sha256));
    expect(html).toContain('hillock train');
    expect(html).toContain('--target bought --hidden 6');
    expect(fields.without).toEqual([]);
  });

  test('the rows it is judged by are those of training: the page counts what the report counted', () => {
    const { html } = pageOf(run);
    const counts = reportOf(run).confusion!;
    const wrong = counts.flatMap((row, i) => row.filter((_, j) => i !== j)).reduce((a, b) => a + b, 0);
    const listed = html.match(/<section aria-labelledby="mistakes-title"[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/);
    expect(listed?.[1]?.match(/<tr>/g)?.length ?? 0).toBe(Math.min(24, wrong));
  });

  test('without its data it shows what the run itself tells, and says what is missing', () => {
    renameSync(people, `${people}.away`);
    try {
      const { html, fields } = pageOf(run, ['--out', join(folder, 'alone.html')]);
      expect(html).toContain('<figure id="confusion">');
      expect(html).not.toContain('<figure id="roc">');
      expect(html).toContain('What is not shown');
      expect((fields.without as string[])[0]).toContain('--source FILE');
      expect(pageOf(run, ['--source', `${people}.away`]).html).toContain('<figure id="roc">');
    } finally {
      renameSync(`${people}.away`, people);
    }
  });
});

test('numbers: predicted beside true, errors', () => {
  const file = join(folder, 'line.csv');
  const rows = Array.from({ length: 120 }, (_, i) => `${i + 0.5},${3 * i + rng.normal()}`);
  writeFileSync(file, `x,price\n${rows.join('\n')}\n`);
  const { html } = pageOf(trained('line', file, ['--target', 'price']));
  checkNesting(html);
  expect(html).toContain('<figure id="predicted">');
  expect(html).toContain('<figure id="residuals">');
  expect(html).toContain('Furthest off');
});

test('images: those taken for something else, as pictures', () => {
  const { html } = pageOf(trained('digits', 'demo:digits', ['--hidden', '8']));
  checkNesting(html);
  const shown = html.match(/<img src="data:image\/png;base64,/g)!.length;
  expect(shown).toBe(24);
  expect(html).toContain('<figure id="confusion">');
});

test('a series: the forecast with its interval', () => {
  const file = join(folder, 'sales.csv');
  const rows = Array.from({ length: 96 }, (_, i) => {
    const month = `${2015 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01`;
    return `${month},${100 + i + 20 * Math.sin((i * Math.PI) / 6) + rng.normal()}`;
  });
  writeFileSync(file, `month,sales\n${rows.join('\n')}\n`);
  const { html } = pageOf(trained('sales', file, ['--target', 'sales', '--task', 'forecast']));
  checkNesting(html);
  expect(html).toContain('<figure id="forecast">');
  expect(html).toContain('95 % interval');
  expect(html).toContain('seasonal-naive');
});

test('what cannot be written or read', () => {
  expect(hillock(['report', join(folder, 'nowhere')])).toMatchObject({ code: 4 });
  const { code, stderr } = hillock(['report', run, '--out', join(folder, 'page.pdf')]);
  expect(code).toBe(2);
  expect(stderr).toContain('HTML');
});
