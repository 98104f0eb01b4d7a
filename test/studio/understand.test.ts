/** The understanding side of the studio in a browser: evaluate, compare, any neuron of a trained run. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/job/index.ts';
import { random } from '../../src/random.ts';
import type {
  CompareAnswer,
  DependenceAnswer,
  EvaluationAnswer,
  Pair,
  RowsOfCell,
  Slices,
} from '../../src/studio/index.ts';
import { movedCut } from '../../studio/src/screens/evaluate/cut.ts';
import { hillock } from '../cli/hillock.ts';
import { browser, patience } from '../web/browser.ts';
import { type Opened, openStudio, seriousFindings, shot } from './app.ts';
import { emptyFolder, type RunningStudio, startStudio } from './studio.ts';
import { reachedByTab } from './sweep.ts';

const folder = emptyFolder();
const runs = join(folder, 'runs');
const source = join(folder, 'people.csv');
let chrome: Browser;
let studio: RunningStudio;
let opened: Opened;
let page: Page;

const reportOf = (run: string): Report => JSON.parse(readFileSync(join(runs, run, 'report.json'), 'utf8')) as Report;

function trained(name: string, from: string, ...options: string[]): void {
  const { code, stderr } = hillock(['train', from, '--out', join(runs, name), ...options]);
  expect(code, stderr).toBe(0);
}

beforeAll(async () => {
  const rng = random(7);
  const rows = Array.from({ length: 240 }, () => {
    const [age, hours] = [18 + Math.floor(rng.uniform() * 60), 1 + Math.floor(rng.uniform() * 40)];
    const town = ['north', 'south', 'east'][rng.below(3)]!;
    return `${age},${hours},${town},${age / 40 + hours / 25 + rng.normal() * 0.5 > 2 ? 'yes' : 'no'}`;
  });
  writeFileSync(source, `age,hours,town,bought\n${rows.join('\n')}\n`);
  mkdirSync(runs, { recursive: true });
  const own = ['--target', 'bought', '--members', '1', '--epochs', '8'];
  trained('people', source, ...own, '--hidden', '6');
  trained('people-2', source, ...own, '--hidden', '6', '--seed', '1');
  trained('digits', 'demo:digits', '--hidden', '8', '--epochs', '3');
  studio = await startStudio(folder);
  chrome = await browser();
  opened = await openStudio(chrome, `${studio.url}/`);
  page = opened.page;
}, patience);
afterAll(async () => {
  await chrome?.close();
  await studio?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('routes', () => {
  test('the rows of every cell are as many as the report counts, and are what the cell says', async () => {
    const { confusion, classes } = reportOf('people');
    for (const [truth, row] of confusion!.entries()) {
      for (const [said, count] of row.entries()) {
        const query = `truth=${truth}&said=${said}`;
        const { body } = await studio.ask<RowsOfCell>(`/api/runs/people/evaluation/rows?${query}&count=60`);
        expect(body.total).toBe(count);
        for (const one of body.rows) expect([one.truth, one.said]).toEqual([classes![truth], classes![said]]);
      }
    }
  });

  test('thresholds hold the confusion matrix where the model cuts', async () => {
    const { body } = await studio.ask<EvaluationAnswer>('/api/runs/people/evaluation');
    const { confusion, metrics, baseline } = reportOf('people');
    const at = body.cut!.points.find(({ threshold }) => threshold <= 0.5)!;
    const told = [
      [at.trueNegatives, at.falsePositives],
      [at.falseNegatives, at.truePositives],
    ];
    expect(told).toEqual(confusion);
    const [accuracy] = body.metrics;
    expect(accuracy).toMatchObject({ value: metrics.test.accuracy, trivial: baseline.trivial.accuracy });
    expect(accuracy!.interval!.low).toBeLessThan(accuracy!.value);
  });

  test('cut elsewhere, every cell has as many rows as the matrix says, whichever class is cut', async () => {
    for (const chosen of [0, 1]) {
      const { body: found } = await studio.ask<EvaluationAnswer>(`/api/runs/people/evaluation?class=${chosen}`);
      const { points } = found.cut!;
      for (const at of [0, 0.2, points[Math.floor(points.length / 2)]!.threshold, 0.9, 1]) {
        const { counts, threshold } = movedCut(found, at)!;
        for (const [truth, row] of counts.entries()) {
          for (const [said, count] of row.entries()) {
            const query = `truth=${truth}&said=${said}&threshold=${threshold}&count=1`;
            const { body } = await studio.ask<RowsOfCell>(`/api/runs/people/evaluation/rows?${query}`);
            expect(body.total, `class ${chosen} at ${at}`).toBe(count);
          }
        }
      }
      expect(movedCut(found, -1)).toBeUndefined();
      expect(movedCut(found, found.cut!.threshold)).toBeUndefined();
    }
  });

  test('slices add up to the whole', async () => {
    const { body } = await studio.ask<Slices>('/api/runs/people/slices?column=town&metric=accuracy');
    const rows = body.slices.reduce((sum, slice) => sum + slice.rows, 0);
    expect(rows).toBe(reportOf('people').rows.test);
    const mean = body.slices.reduce((sum, { value, rows: own }) => sum + value! * own, 0) / rows;
    expect(mean).toBeCloseTo(body.whole!, 10);
  });

  test('a counterfactual is answered otherwise, and no change in it is idle', async () => {
    const record = { age: 30, hours: 5, town: 'north' };
    const { body } = await studio.ask<{ found: { changes: { column: string; from: unknown }[]; record: object } }>(
      '/api/runs/people/counterfactual',
      { record },
    );
    const said = async (row: object) =>
      (await studio.ask<{ prediction: string }>('/api/runs/people/predict', row)).body.prediction;
    const before = await said(record);
    const { changes, record: after } = body.found;
    expect(changes.length).toBeGreaterThan(0);
    expect(await said(after)).not.toBe(before);
    for (const { column, from } of changes) expect(await said({ ...after, [column]: from })).toBe(before);
  });

  test('two runs of other seeds: rows in common, where they disagree, drift of the weights', async () => {
    const { body } = await studio.ask<Pair>('/api/compare/pair?a=people&b=people');
    expect(body).toMatchObject({ disagree: 0, common: reportOf('people').rows.test });
    expect(body.layers.map(({ drift }) => drift ?? 0)).toEqual(body.layers.map(() => 0));
    const other = (await studio.ask<Pair>('/api/compare/pair?a=people&b=people-2')).body;
    expect(other.layers.find(({ layer }) => layer === 'dense1')!.drift).toBeGreaterThan(0.1);
    expect(other.common).toBeLessThan(reportOf('people').rows.test);
    for (const row of other.rows) expect(row.said).not.toBe(row.other);
  });

  test('what is not there is told, not thrown', async () => {
    expect((await studio.ask('/api/runs/nobody/evaluation')).status).toBe(422);
    expect((await studio.ask('/api/runs/people/evaluation?class=9')).status).toBe(400);
    expect((await studio.ask('/api/runs/people/evaluation/rows?truth=x')).status).toBe(400);
    expect((await studio.ask('/api/runs/people/inspect', { row: 1, layer: 'dense9', neuron: 1 })).status).toBe(400);
    expect((await studio.ask('/api/runs/people/slices?column=nothing')).status).toBeGreaterThan(399);
    expect((await studio.ask('/api/compare/pair?a=people')).status).toBe(400);
  });
});

/** Whether all of an element is seen. */
function inSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  const shown = document.getElementById('main')!.getBoundingClientRect();
  return top >= shown.top && bottom <= shown.bottom;
}

describe('evaluate', () => {
  test('scores, and from a cell of the confusion matrix to its rows, by mouse and keys', async () => {
    await opened.go('#evaluate?run=people');
    const report = reportOf('people');
    await page.waitForSelector('.section-rows tbody tr');
    const value = await page.locator('.scores tbody tr', { hasText: 'accuracy' }).locator('.value').textContent();
    expect(Number(value)).toBeCloseTo(report.metrics.test.accuracy!, 3);
    await page.waitForSelector('.section-importance svg');
    await page.waitForSelector('.section-inside svg');
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'evaluate');
    const wrong = report.confusion![0]![1]!;
    await page.getByRole('button', { name: `${wrong} rows of no were said to be yes` }).click();
    await page.getByRole('heading', { name: 'Rows of no that were said to be yes' }).waitFor();
    await page.waitForFunction(
      count => document.querySelectorAll('.section-rows tbody tr').length === count,
      Math.min(24, wrong),
    );
    const listed = await page
      .locator('.section-rows tbody tr')
      .evaluateAll(all => all.map(row => [row.children[1]!.textContent, row.children[2]!.textContent]));
    expect(listed).toEqual(listed.map(() => ['no', 'yes']));
    await expect.poll(() => page.locator('.section-rows tbody tr').first().evaluate(inSight)).toBe(true);
    await page.waitForFunction(() => location.hash.includes('cell=0,1'));
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Rows of no that are right' }).waitFor();
    await page.waitForFunction(() => {
      const [, truth, said] = document.querySelectorAll('.section-rows tbody tr:first-child td');
      return truth?.textContent === 'no' && said?.textContent === 'no';
    });
    await page.getByRole('button', { name: 'All mistakes' }).click();
  });

  test('the threshold moves what is found', async () => {
    const figure = page.locator('.section-threshold .figure', { hasText: 'recall' }).locator('.value');
    await page.getByRole('textbox', { name: 'Threshold' }).fill('0');
    await expect.poll(() => figure.textContent()).toBe('100 %');
    await page.getByRole('textbox', { name: 'Threshold' }).fill('1');
    await expect.poll(() => figure.textContent()).toBe('0 %');
    await page.waitForFunction(() => location.hash.includes('threshold=1'));
    const yes = reportOf('people').confusion![1]!.reduce((a, b) => a + b);
    await page.getByRole('button', { name: `${yes} rows of yes were said to be no` }).click();
    await expect.poll(() => page.locator('.section-rows [role=status]').textContent()).toContain(`of ${yes}`);
    await shot(page, 'evaluate-threshold');
    await page.getByRole('button', { name: 'Back to' }).click();
    const [, [missed]] = reportOf('people').confusion as [number[], [number, number]];
    await page.getByRole('button', { name: `${missed} rows of yes were said to be no` }).waitFor();
  });

  test('what if: the answer follows the form, and another one is found', async () => {
    const section = page.locator('.section-what-if');
    const said = section.locator('.said b');
    await section.getByLabel('age').fill('20');
    await section.getByLabel('hours').fill('1');
    await expect.poll(() => said.textContent()).toBe('no');
    await section.getByRole('button', { name: 'What would change the answer?' }).click();
    await section.getByRole('button', { name: 'Take it over' }).click();
    await expect.poll(() => said.textContent()).toBe('yes');
  });

  test('any neuron of the run opens in the drawer with the numbers of hillock inspect', async () => {
    await page.getByRole('button', { name: 'dense1, neuron 2' }).click();
    await page.waitForSelector('.drawer .details tbody tr');
    const row = Number(await page.locator('.drawer').getByRole('textbox', { name: 'Row' }).inputValue());
    const args = [
      'inspect',
      join(runs, 'people'),
      '--row',
      String(row),
      '--layer',
      'dense1',
      '--neuron',
      '2',
      '--json',
    ];
    const told = hillock(args).events.at(-1) as { z?: number };
    const z = await page.locator('.drawer .figure', { hasText: 'z' }).first().locator('.value').textContent();
    expect(Number(z!.replace('−', '-'))).toBeCloseTo(told.z!, 2);
    const top = page.locator('.drawer .firing > .row .button').first();
    await page.waitForSelector('.drawer .firing svg');
    const driven = (await top.textContent())!.split(':')[0]!;
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'evaluate-neuron');
    await top.click();
    await expect.poll(() => page.locator('.drawer').getByRole('textbox', { name: 'Row' }).inputValue()).toBe(driven);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.drawer', { state: 'detached' });
  });

  test('the row that is tried out and the one in the drawer stand in the address', async () => {
    const first = page.locator('.section-rows tbody tr').first();
    const number = Number(await first.locator('td').first().textContent());
    await first.getByRole('button', { name: 'What if' }).click();
    await page.getByRole('heading', { name: `What if: row ${number}` }).waitFor();
    await page.locator('.section-what-if').getByLabel('hours').fill('3.25');
    await first.getByRole('button', { name: 'Inspect' }).click();
    await page.waitForFunction(row => location.hash.includes(`inspect=${row}`), number);
    const address = page.url();
    expect(address).toContain('run=people');
    expect(address).toContain(`of=${number}`);
    await page.goto('about:blank');
    // The network comes later than the rows: the drawer waits for it.
    await page.route('**/api/runs/people/network', async route => {
      await new Promise(resolve => setTimeout(resolve, 1500));
      await route.continue();
    });
    await page.goto(address);
    await page.waitForSelector('.drawer .details tbody tr');
    await page.unroute('**/api/runs/people/network');
    expect(await page.locator('.drawer').getByRole('textbox', { name: 'Row' }).inputValue()).toBe(String(number));
    expect(await page.locator('.section-what-if').getByLabel('hours').inputValue()).toBe('3.25');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !location.hash.includes('inspect='));
  });

  test('how the answer depends on a column: more hours, more bought, as the data were made', async () => {
    await page.waitForSelector('.section-dependence svg');
    await page.locator('.section-dependence').getByRole('combobox', { name: 'Column' }).selectOption('hours');
    await page.getByRole('heading', { name: 'P(yes) by hours' }).waitFor();
    const { body } = await studio.ask<DependenceAnswer>('/api/runs/people/dependence?column=hours');
    const { model } = body.figure as Extract<DependenceAnswer['figure'], { kind: 'curves' }>;
    const mean = model.curves.find(({ label }) => label === 'mean')!.points;
    expect(mean.at(-1)![1]).toBeGreaterThan(mean[0]![1]);
    const words = await studio.ask<DependenceAnswer>('/api/runs/people/dependence?column=town');
    expect(words.body.figure.kind).toBe('bars');
    expect((await studio.ask('/api/runs/people/dependence?column=nothing')).status).toBe(422);
    await page.locator('.section-dependence').scrollIntoViewIfNeeded();
    await shot(page, 'evaluate-dependence');
  });

  test('pictures are taken away as SVG, PNG and CSV', async () => {
    const saved = async (name: string): Promise<Buffer> => {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      return readFileSync(await (await waiting).path());
    };
    const svg = (await saved('Confusion matrix as SVG')).toString();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect((await saved('Confusion matrix as PNG')).subarray(1, 4).toString()).toBe('PNG');
    const [row] = reportOf('people').confusion!;
    expect((await saved('Confusion matrix as CSV')).toString()).toContain(`no,${row!.join(',')}\r\n`);
  });

  test('images: a cell shows its images, each opens its neurons', async () => {
    await opened.go('#evaluate?run=digits');
    await page.waitForSelector('.images img');
    await page.getByRole('heading', { name: /^Scores on \d+ images of the test part$/ }).waitFor();
    expect(await page.locator('.section-confusion').textContent()).not.toContain('rows');
    expect(await page.locator('.images img').count()).toBe(24);
    await page.locator('.images button').first().click();
    await page.waitForSelector('.drawer .details tbody tr');
    await shot(page, 'evaluate-images');
    expect(opened.wrong).toEqual([]);
  });
});

describe('compare', () => {
  const many = 1000;

  test('of a thousand runs as many are drawn as are seen', async () => {
    const whole = reportOf('people');
    for (let i = 0; i < many; i++) {
      const to = join(runs, `grid-${String(i).padStart(4, '0')}`);
      mkdirSync(to);
      const options = { ...whole.options, learningRate: 10 ** -(1 + (i % 50) / 20), seed: Math.floor(i / 50) };
      const accuracy = 0.5 + ((i * 37) % 500) / 1000;
      const metrics = { ...whole.metrics, test: { ...whole.metrics.test, accuracy } };
      writeFileSync(join(to, 'report.json'), JSON.stringify({ ...whole, options, metrics, seed: options.seed }));
      cpSync(join(runs, 'people', 'history.jsonl'), join(to, 'history.jsonl'));
      cpSync(join(runs, 'people', 'model.onnx'), join(to, 'model.onnx'));
    }
    const { body } = await studio.ask<CompareAnswer>('/api/compare');
    expect(body.runs).toHaveLength(many + 3);
    await opened.go('#compare');
    await page.getByRole('heading', { name: `${many + 3}`.replace('1003', '1\u202f003 of 1\u202f003 runs') }).waitFor();
    expect(await page.locator('.runs tbody tr').count()).toBeLessThan(60);
  });

  test('finds, sorts, folds seeds together, hides what is the same, keeps its columns', async () => {
    await page.goto('about:blank');
    await opened.go('#compare?filter=grid&sort=-accuracy');
    await page.getByRole('heading', { name: '1\u202f000 of 1\u202f003 runs' }).waitFor();
    const first = page.locator('.runs tbody tr').first();
    expect(await first.textContent()).toContain('0.999');
    await page.getByLabel('Seeds together').check();
    await page.getByRole('heading', { name: '50 of 1\u202f003 runs' }).waitFor();
    expect(await first.textContent()).toContain('20 seeds');
    await page.getByLabel('Only differences').check();
    const heads = await page.locator('.runs thead button').allTextContents();
    expect(heads.join()).toContain('learning rate');
    expect(heads.join()).not.toContain('optimizer');
    await page.locator('.columns summary').click();
    await page.getByLabel('schedule', { exact: true }).check();
    await page.getByLabel('Only differences').uncheck();
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'compare');
    await page.goto('about:blank');
    await opened.go('#compare');
    await page.waitForSelector('.runs tbody tr');
    expect((await page.locator('.runs thead button').allTextContents()).join()).toContain('schedule');
  });

  test('settings and score: a line a run, an axis for each setting in which they differ', async () => {
    await page.goto('about:blank');
    await opened.go('#compare?filter=grid');
    await page.locator('.section-settings').getByLabel('Against').selectOption('accuracy');
    await page.getByRole('heading', { name: 'accuracy by settings' }).waitFor();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'accuracy by settings as CSV' }).click();
    const [head, ...rows] = readFileSync(await (await waiting).path(), 'utf8')
      .trim()
      .split('\r\n')
      .map(line => line.split(','));
    expect(head).toEqual(['run', 'learning rate', 'seed', 'accuracy']);
    expect(rows).toHaveLength(300);
    for (const [run, rate, seed, accuracy] of rows.slice(0, 20)) {
      const { options, metrics, seed: own } = reportOf(run!);
      expect(Number(rate)).toBeCloseTo(options.learningRate, 5);
      expect(Number(seed)).toBe(own);
      expect(Number(accuracy)).toBeCloseTo(metrics.test.accuracy!, 5);
    }
    expect(await seriousFindings(page)).toEqual([]);
    await page.locator('.section-settings').scrollIntoViewIfNeeded();
    await shot(page, 'compare-settings');
  });

  test('curves over one another; two runs in full', async () => {
    for (let i = 0; i < many; i++) rmSync(join(runs, `grid-${String(i).padStart(4, '0')}`), { recursive: true });
    await page.goto('about:blank');
    await opened.go('#compare?filter=people');
    await page.getByLabel('Lay people over the others', { exact: true }).check();
    await page.getByLabel('Lay people-2 over the others').check();
    await page.waitForSelector('.section-overlay svg');
    await page.getByText('common rows differently').waitFor();
    expect(await page.locator('.pair tbody tr', { hasText: 'seed' }).first().textContent()).toBe('seed01');
    await shot(page, 'compare-two');
    await page.getByLabel('Seeds together').check();
    await page.getByRole('heading', { name: 'Training loss' }).waitFor();
    await expect.poll(() => page.locator('.section-overlay svg').first().textContent()).toContain('of 2 seeds');
    await page.getByLabel('Seeds together').uncheck();
    expect(opened.wrong).toEqual([]);
  });
});

test('every control of evaluate and compare is reached by Tab, or by arrow keys in its group', async () => {
  for (const [hash, there] of [
    ['#evaluate?run=people', '.section-inside svg'],
    ['#compare?filter=people', '.section-settings svg'],
  ] as const) {
    await opened.go(hash);
    await page.waitForSelector(there);
    await page.waitForTimeout(500);
    await reachedByTab(page);
  }
});

test('dark, narrow and wide: nothing is lost at the side, nothing is hard to read', async () => {
  for (const [width, dark] of [
    [360, true],
    [1920, false],
  ] as const) {
    const other = await openStudio(chrome, `${studio.url}/`, { width, dark, still: true });
    for (const [hash, there] of [
      ['#evaluate?run=people', '.section-inside svg'],
      ['#compare?filter=people', '.runs tbody tr'],
    ] as const) {
      await other.go(hash);
      await other.page.waitForSelector(there);
      const beyond = await other.page.evaluate(() => {
        const main = document.querySelector('.main')!;
        return main.scrollWidth - main.clientWidth;
      });
      expect(beyond, `${hash} at ${width}`).toBeLessThanOrEqual(0);
      expect(await seriousFindings(other.page)).toEqual([]);
      await shot(other.page, `${hash.slice(1).split('?')[0]}-${width}`);
    }
    expect(other.wrong).toEqual([]);
    await other.page.context().close();
  }
});
