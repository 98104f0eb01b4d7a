/** Training again from what one has seen: from an epoch of a run, with rows corrected. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompareAnswer, JudgedRow, RowsOfCell, RunDetail } from 'hillock/studio';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { random } from '../../src/random.ts';
import { hillock } from '../cli/hillock.ts';
import { patience } from '../web/browser.ts';
import { openStudio, type StudioInBrowser, seriousFindings, shot, studioInBrowser } from './app.ts';
import { emptyFolder, startStudio } from './studio.ts';

const folder = emptyFolder();
let opened: StudioInBrowser;
let page: Page;

beforeAll(async () => {
  const rng = random(7);
  const rows = Array.from({ length: 200 }, () => {
    const [age, hours] = [18 + Math.floor(rng.uniform() * 60), 1 + Math.floor(rng.uniform() * 40)];
    return `${age},${hours},${age / 40 + hours / 25 + rng.normal() * 0.4 > 2 ? 'yes' : 'no'}`;
  });
  writeFileSync(join(folder, 'people.csv'), `age,hours,bought\n${rows.join('\n')}\n`);
  const given = ['--target', 'bought', '--members', '1', '--hidden', '6', '--epochs', '12', '--keep-epochs', '4'];
  const { code, stderr } = hillock([
    'train',
    join(folder, 'people.csv'),
    ...given,
    '--out',
    join(folder, 'runs/first'),
  ]);
  expect(code, stderr).toBe(0);
  opened = await studioInBrowser(folder);
  page = opened.page;
}, patience);
afterAll(() => opened?.close());

const shownRun = (): string => new URLSearchParams(page.url().split('?')[1]).get('run') ?? '';
const fileOf = (run: string, name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, 'runs', run, name), 'utf8')) as Record<string, unknown>;

/** Starts what the form says and waits for its end; gives the new run. */
async function started(before: string): Promise<string> {
  await page.waitForSelector('.layers .table');
  await page.getByRole('button', { name: 'Start training' }).click();
  await expect.poll(shownRun, { timeout: 20_000 }).not.toBe(before);
  await page.waitForSelector('.section-status h2:text("Finished")', { timeout: 60_000 });
  return shownRun();
}

test('a run of the command line can be asked for again, as it was asked for', async () => {
  const { body } = await opened.server.ask<RunDetail>('/api/runs/first');
  expect(body.asked).toEqual({
    source: 'people.csv',
    options: { target: 'bought', members: '1', hidden: '6', epochs: '12', keepEpochs: '4' },
  });
  expect(body.keptEpochs).toEqual([3, 6, 9, 12]);
});

test('a new run goes on from an epoch that is chosen on the curve', async () => {
  await opened.go('#train?run=first');
  await page.getByLabel('Go on from epoch').selectOption('6');
  expect(await seriousFindings(page)).toEqual([]);
  await page.locator('.section-course').scrollIntoViewIfNeeded();
  await shot(page, 'train-fork');
  await page.getByRole('button', { name: 'Go on from here' }).click();
  await expect.poll(() => decodeURIComponent(page.url())).toContain('"fromEpoch":6');
  const forked = await started('first');
  expect(fileOf(forked, 'checkpoint/plan.json')).toMatchObject({ fromEpoch: 6, from: join(folder, 'runs/first') });
  expect(String(fileOf(forked, 'report.json').start)).toContain('starts from the weights of dense1');
  expect(opened.wrong).toEqual([]);
});

test('a label is corrected and a row is left out, and it is trained again with them; the file stays as it is', async () => {
  const before = readFileSync(join(folder, 'people.csv'), 'utf8');
  opened.wrong.length = 0;
  await opened.go('#evaluate?run=first');
  const correct = (row: number) => page.getByLabel(`Correct row ${row}`, { exact: true });
  const { body } = await opened.server.ask<RowsOfCell>('/api/runs/first/evaluation/rows?wrong=1&count=24');
  const [wrong, other] = body.rows as [JudgedRow, JudgedRow];
  await correct(wrong.row!).selectOption({ label: `is ${wrong.said}` });
  await correct(other.row!).selectOption({ label: 'leave out' });
  await page.getByText('1 row corrected, 1 row left out').waitFor();
  await page.waitForFunction(() => location.hash.includes('edits='));
  expect(await seriousFindings(page)).toEqual([]);
  await page.locator('.section-rows').scrollIntoViewIfNeeded();
  await shot(page, 'evaluate-edits');
  await page.reload();
  await page.getByText('1 row corrected, 1 row left out').waitFor();
  await page.getByRole('button', { name: 'Train again with them' }).click();
  await page.waitForSelector('.screen-train h1');
  const again = await started('');
  const options = { excludeRows: [other.row], relabel: [{ row: wrong.row, value: wrong.said }] };
  expect(fileOf(again, 'checkpoint/plan.json')).toMatchObject({ options });
  const rows = (run: string) => fileOf(run, 'report.json').rows as Record<string, number>;
  expect(rows(again)).toEqual({ ...rows('first'), test: rows('first').test! - 1 });
  const query = `/api/runs/${again}/evaluation/rows?count=60`;
  const found = (await opened.server.ask<RowsOfCell>(query)).body.rows;
  expect(found.find(({ row }) => row === wrong.row)!.truth).toBe(wrong.said);
  expect(found.find(({ row }) => row === other.row)).toBeUndefined();
  expect(readFileSync(join(folder, 'people.csv'), 'utf8')).toBe(before);
  const compared = (await opened.server.ask<CompareAnswer>('/api/compare')).body.runs;
  const differing = (run: string) => compared.find(({ id }) => id === run)!.settings;
  expect(differing(again)).toMatchObject({
    'rows left out': String(other.row),
    'labels corrected': `${wrong.row} = ${wrong.said}`,
  });
  expect(differing('first')).toMatchObject({ 'rows left out': null, 'labels corrected': null });
  const asked = (await opened.server.ask<RunDetail>(`/api/runs/${again}`)).body.asked!;
  expect(asked.options).toMatchObject({ relabel: [`${wrong.row}=${wrong.said}`] });
  await page.locator('.section-status').getByRole('link', { name: 'Evaluate' }).click();
  await page.waitForSelector('.section-rows tbody tr');
  expect(page.url()).toMatch(new RegExp(`#evaluate\\?run=${again}$`));
  expect(await page.getByText('row corrected').count()).toBe(0);
  expect(opened.wrong).toEqual([]);
});

test('an address that names no screen is told; what was said of a place ends with it', async () => {
  await page.goto('about:blank');
  await page.goto(`${opened.server.url}/#bogus`);
  await page.getByText('There is no screen named bogus').waitFor();
  await page.getByRole('link', { name: 'Data' }).focus();
  const foot = page.locator('.foot');
  await expect.poll(() => foot.textContent()).toContain('Your tables and pictures');
  await page.getByRole('link', { name: 'Data' }).click();
  await page.waitForSelector('.screen-data h1');
  await page.locator('.screen-data .section-sources [data-says]').first().hover();
  await expect.poll(() => foot.textContent()).toContain('Takes a file');
  await page.locator('.screen-data h1').hover();
  await expect.poll(() => foot.textContent()).not.toContain('Takes a file');
});

test('an address that was cut off and layers that are none are told, not passed over', async () => {
  opened.wrong.length = 0;
  await page.goto('about:blank');
  await opened.go(`#train?data=${encodeURIComponent('["demo:mo')}`);
  await page.waitForSelector('.layers .table');
  await opened.go(`#train?layers=${encodeURIComponent('{"units":4}')}`);
  await page.getByText('The layers must be a list').waitFor();
  expect(opened.wrong).toEqual([]);
});

test('a studio that ends and starts anew is found again by an open page: no epoch is lost, none is told twice', async () => {
  const folder = emptyFolder();
  let server = await startStudio(folder);
  const { url } = server;
  const other = await openStudio(opened.chrome, `${url}/`);
  const options = { epochs: 4000, members: 1, hidden: [8] };
  const { body } = await server.ask<{ id: string }>('/api/train', { source: 'demo:spiral', options });
  onTestFinished(async () => {
    await server.ask(`/api/runs/${body.id}/stop`, {});
    await expect
      .poll(async () => (await server.ask<{ state: string }>(`/api/runs/${body.id}`)).body.state)
      .not.toBe('training');
    await other.page.context().close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await other.go(`#train?run=${body.id}`);
  const epoch = async (): Promise<number> => {
    const shown = other.page.locator('.section-status .figure', { hasText: 'epoch' }).locator('.value');
    return Number((await shown.textContent())!.split(' ')[0]!.replace(/\D/g, ''));
  };
  await expect.poll(epoch).toBeGreaterThan(3);
  await server.close();
  const before = await epoch();
  server = await startStudio(folder, new URL(url).port);
  await expect.poll(epoch, { timeout: 30_000 }).toBeGreaterThan(before + 5);
  const waiting = other.page.waitForEvent('download');
  await other.page.locator('.section-course').getByRole('button', { name: 'CSV', exact: true }).first().click();
  const [, ...rows] = readFileSync(await (await waiting).path(), 'utf8')
    .trim()
    .split('\r\n');
  const epochs = [...new Set(rows.map(row => Number(row.split(',')[0])))];
  expect(epochs).toEqual(epochs.map((_, i) => i + 1));
});
