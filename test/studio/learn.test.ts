/** The learning side of the studio in a browser, from the server that `hillock studio` starts. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lessons } from '../../studio/src/screens/learn/lessons.ts';
import { patience } from '../web/browser.ts';
import { openStudio, type StudioInBrowser, seriousFindings, shot, studioInBrowser } from './app.ts';
import { reachedByTab } from './sweep.ts';

let studio: StudioInBrowser;
let page: Page;
beforeAll(async () => {
  studio = await studioInBrowser();
  page = studio.page;
}, patience);
afterAll(() => studio?.close());

const textOf = async (selector: string): Promise<string> =>
  ((await page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, '');

const button = (name: string) => page.getByRole('button', { name, exact: true });
const field = (name: string) => page.getByRole('textbox', { name, exact: true });

describe('one neuron', () => {
  test('the calculation is written out, and the address keeps its numbers', async () => {
    await studio.go('#neuron?x=2,-1&w=0.5,0.25&b=-0.5&f=sigmoid');
    expect(await textOf('.section-worked .formula')).toBe('z=x1w1+x2w2+b=2·0.5+(−1)·0.25+(−0.5)=0.25');
    expect(await textOf('.section-worked .formula:nth-of-type(3)')).toContain('0.562');
    await field('w2').fill('1');
    expect(await textOf('.section-worked .formula')).toContain('=−0.5');
    await page.waitForFunction(() => location.hash.includes('w=0.5,1'));
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'neuron');
  });

  test('a step of learning moves the weights as written; XOR cannot be told apart and leads to the network', async () => {
    await studio.go('#neuron?x=1,1&w=0,0&b=0&f=step&rule=perceptron&rate=1&t=1');
    const cells = page.locator('.section-learn tbody tr:first-child td');
    expect((await cells.allTextContents()).map(text => text.replace(/\s/g, ''))).toEqual([
      'w₁',
      '−1·1=−1',
      '1',
      '0',
      '1',
    ]);
    await button('Learn from this row').click();
    expect(await field('w1').inputValue()).toBe('1');
    await button('AND').click();
    await button('100 times').click();
    await expect.poll(() => textOf('.section-learn [role=status]')).toBe('Everypointisright.');
    await expect.poll(() => textOf('.section-plane .note')).toContain('4of4pointsright');
    await button('XOR').click();
    await button('100 times').click();
    await expect.poll(() => textOf('.section-learn [role=status]')).toContain('Meanloss');
    await page.getByRole('link', { name: 'a network can' }).click();
    await page.waitForSelector('.screen-network h1');
    expect(page.url()).toContain('data=xor');
  });

  test('the bias off, an input more, gradient descent on step refused in words', async () => {
    await studio.go('#neuron?x=0,0&w=1,1&f=relu&bias=0');
    expect(await textOf('.section-worked .formula')).toBe('z=x1w1+x2w2=0·1+0·1=0');
    await button('Add input').click();
    expect(await textOf('.section-worked .formula')).toContain('x3w3');
    await studio.go('#neuron?f=step');
    expect(await textOf('.section-learn .problem')).toContain('cannotbetrainedbygradientdescent');
    expect(await textOf('.section-code .code')).toContain("activation:'step'");
  });
});

const figure = async (name: string): Promise<number> =>
  Number(
    (await page.locator('.bar dl div', { hasText: name }).first().locator('dd').textContent())!
      .replace('−', '-')
      .replace(/\s/g, ''),
  );
const open = async (hash: string): Promise<void> => {
  await studio.go(hash);
  // The address is taken up after it changed: until then the network before this one stands there, and is not busy.
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForSelector('.network[aria-busy=false]', { timeout: 30_000 });
};

describe('a network', () => {
  test('a sample, a batch, an epoch; rewind goes the same way again, new weights another', async () => {
    await open('#network?data=gauss&n=100&test=0.2&batch=10&step=sample');
    const start = await figure('loss');
    await button('Step').click();
    await expect.poll(() => figure('epoch')).toBeCloseTo(1 / 80, 4);
    await button('Epoch').click();
    await expect.poll(() => figure('epoch')).toBe(1);
    const first = await figure('loss');
    expect(first).toBeLessThan(start);
    await button('Rewind').click();
    await expect.poll(() => figure('loss')).toBe(start);
    expect(await figure('epoch')).toBe(0);
    await button('Step').click();
    await expect.poll(() => figure('epoch')).toBeCloseTo(1 / 80, 4);
    await button('Epoch').click();
    await expect.poll(() => figure('epoch')).toBe(1);
    expect(await figure('loss'), 'the same way again').toBe(first);
    await button('Rewind').click();
    await expect.poll(() => figure('loss')).toBe(start);
    await page.getByRole('button', { name: 'a batch' }).click();
    await button('Step').click();
    await expect.poll(() => figure('epoch')).toBe(0.125);
    await button('New weights').click();
    await expect.poll(() => figure('epoch')).toBe(0);
    await expect.poll(() => figure('loss')).not.toBe(start);
    await expect.poll(() => page.url()).toContain('seed=2');
  });

  test('the four phases one by one: nothing has changed before the last', async () => {
    await open('#network?data=gauss&n=50&phases=1&step=sample');
    const start = await figure('loss');
    for (const phase of ['forward', 'loss', 'backward', 'update']) {
      await button('Next phase').click();
      await expect.poll(() => textOf('.phases [aria-current]')).toBe(phase);
      if (phase === 'update') await expect.poll(() => figure('loss')).not.toBe(start);
      else expect(await figure('loss')).toBe(start);
    }
    await shot(page, 'network-phases');
  });

  test('XOR is learned with hidden layers, and the timeline leads back', async () => {
    await open('#network?data=xor&noise=0&lr=0.05&speed=max');
    await button('Play').click();
    await expect.poll(() => figure('loss'), { timeout: 60_000 }).toBeLessThan(0.05);
    await button('Pause').click();
    await expect.poll(() => page.getByRole('button', { name: 'Play' }).count()).toBe(1);
    await shot(page, 'network');
    await page.getByRole('slider', { name: /Timeline/ }).fill('0');
    await expect.poll(() => figure('epoch')).toBe(0);
    await expect.poll(() => figure('loss')).toBeGreaterThan(0.4);
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('a learning rate that explodes is told, undone and lowered', async () => {
    await open('#network?data=wave&opt=sgd&lr=1000&layers=8:relu');
    await page.locator('.section-training').scrollIntoViewIfNeeded();
    await button('Play').click();
    await page.waitForSelector('.problem', { timeout: 30_000 });
    expect(await textOf('.problem')).toContain('learningrate1000istoolarge');
    const seen = () => page.locator('.problem').evaluate(one => one.getBoundingClientRect().top >= 0);
    await expect.poll(seen).toBe(true);
    await expect.poll(() => figure('loss')).toBeLessThan(10);
    await shot(page, 'network-exploded');
    await page.getByRole('button', { name: 'Rewind with 0.1' }).click();
    await expect.poll(() => figure('epoch')).toBe(0);
    expect(await field('learning rate').inputValue()).toBe('0.1');
    expect(await page.locator('.problem').count()).toBe(0);
  });

  test('a learning rate that stays finite and learns nothing is told, with a calmer one', async () => {
    await open('#network?data=circle&opt=adam&lr=500&speed=max');
    await button('Play').click();
    await page.waitForSelector('.problem', { timeout: 30_000 });
    expect(await textOf('.problem')).toContain('Nothingislearned');
    expect(await textOf('.problem')).toContain('learningrateof500istoolarge');
    await shot(page, 'network-nothing-learned');
    await page.getByRole('button', { name: 'Rewind with 0.1' }).click();
    await expect.poll(() => page.locator('.problem').count()).toBe(0);
    expect(await field('learning rate').inputValue()).toBe('0.1');
    await expect.poll(() => figure('loss')).toBeLessThan(0.5);
    await button('Pause').click();
  });

  test('asked to play while the network opens, it says so at once and plays by itself; taken back, it does not', async () => {
    const other = await openStudio(studio.chrome, `${studio.server.url}/`);
    let release = (): void => undefined;
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    await other.page.context().route('**/ort/*.wasm', async route => {
      await held;
      await route.continue();
    });
    await other.go('#network?data=gauss&speed=slow');
    const press = (name: string) => other.page.getByRole('button', { name, exact: true }).click();
    const waits = other.page.locator('.bar .reader[role=status]');
    const epochs = () => other.page.locator('.bar dl div', { hasText: 'epoch' }).locator('dd').textContent();
    await press('Play');
    await expect.poll(() => waits.textContent()).toContain('then it plays');
    await press('Pause');
    await expect.poll(() => waits.textContent()).toBe('');
    await press('Step');
    await expect.poll(() => waits.textContent()).toContain('then it steps');
    await shot(other.page, 'network-opening');
    expect(await epochs()).toBe('0');
    release();
    await expect.poll(epochs).toBe('0.07143');
    expect([
      await waits.textContent(),
      await other.page.getByRole('button', { name: 'Play', exact: true }).count(),
    ]).toEqual(['', 1]);
    await other.page.waitForTimeout(400);
    expect(await epochs(), 'it was told not to play').toBe('0.07143');
    await other.page.context().close();
  });

  test('slow stays slow, however often it is paused and played again', async () => {
    await open('#network?data=gauss&speed=slow');
    await expect.poll(() => figure('loss')).toBeGreaterThan(0);
    for (let presses = 0; presses < 9; presses++) await page.keyboard.press('Space');
    // A press before the last was answered may have counted as the other.
    await page.waitForTimeout(600);
    if ((await button('Pause').count()) === 0) await page.keyboard.press('Space');
    await expect.poll(() => button('Pause').count()).toBe(1);
    const epoch = await figure('epoch');
    await page.waitForTimeout(2000);
    const batches = ((await figure('epoch')) - epoch) * 14;
    expect(batches).toBeGreaterThan(2);
    expect(batches).toBeLessThan(12);
    await button('Pause').click();
  });

  test('rewound while it plays, it stands at the start', async () => {
    await open('#network?data=gauss&speed=max');
    await button('Play').click();
    await expect.poll(() => figure('epoch')).toBeGreaterThan(0);
    await button('Rewind').click();
    await expect.poll(() => figure('epoch')).toBe(0);
    await page.waitForTimeout(300);
    expect([await figure('epoch'), await button('Play').count()]).toEqual([0, 1]);
  });

  test('what is no number is told where it was typed, and the number stays', async () => {
    await open('#network?data=gauss&lr=0.05');
    const rate = field('learning rate');
    await rate.fill('abc');
    expect(await rate.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('alert').textContent()).toContain('it stays 0.05');
    expect(await seriousFindings(page)).toEqual([]);
    await rate.fill('0,1');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await rate.getAttribute('aria-invalid')).toBe('false');
  });

  test('by keyboard: to a neuron, into its numbers, set a weight, freeze, and back', async () => {
    await open('#network?data=gauss&n=60&layers=3:tanh&step=batch');
    await page.locator('.network [tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    const name = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await expect.poll(name).toMatch(/^Layer 1, neuron 2, z .+, output .+, strongest input x/);
    expect(await page.locator('.network [tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.drawer');
    await page.getByRole('textbox', { name: 'weight of x₁' }).fill('1.5');
    await page.getByRole('textbox', { name: 'weight of x₁' }).blur();
    await page.getByLabel('freeze').check();
    const row = page.locator('.drawer tbody tr', { hasText: 'x₁' });
    await expect.poll(() => row.locator('input').inputValue()).toBe('1.5');
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'inspector');
    await page.keyboard.press('Escape');
    await expect.poll(name).toMatch(/^Layer 1, neuron 2/);
    await page.keyboard.press('.');
    await expect.poll(() => figure('epoch')).toBeGreaterThan(0);
    await page.keyboard.press('Enter');
    await expect.poll(() => row.locator('input').inputValue()).toBe('1.5');
    await page.keyboard.press('Escape');
  });

  test('no hidden layer at all, a formula, one that is none, and points of one’s own', async () => {
    await open('#network?data=formula&layers=&formula=0.5*x');
    expect(await textOf('.section-design .note')).toContain('2–1,3weightsandbiases');
    await page.locator('.section-data input[type=text]:not(.number)').fill('x +');
    await expect.poll(() => textOf('.section-data .problem')).toContain('foundtheend');
    await page.locator('.section-data input[type=text]:not(.number)').fill('x^2 - 1');
    await expect.poll(() => page.locator('.section-data .problem').count()).toBe(0);
    await button('Drawn').click();
    await button('Add a 1 here').click();
    await page.waitForFunction(() => location.hash.includes('points='));
    await button('add a layer at place 1').click();
    await expect.poll(() => textOf('.section-design .note')).toContain('2–4–1');
  });

  test('the picture of the network is taken away as SVG, PNG and CSV', async () => {
    await open('#network?layers=2:tanh');
    const took = async (kind: string, of = 'The network', name = 'network'): Promise<Buffer> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `${of} as ${kind}` }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`${name}.${kind.toLowerCase()}`);
      return readFileSync(await download.path());
    };
    expect((await took('SVG')).toString()).toMatch(/^<svg[^>]*>[\s\S]*x₁[\s\S]*<\/svg>\s*$/);
    expect([...(await took('PNG')).subarray(1, 4)]).toEqual([80, 78, 71]);
    const lines = (await took('CSV')).toString().trim().split('\r\n');
    expect(lines[0]).toBe('layer,from,to,weight,gradient');
    expect(lines.length).toBe(1 + 6 + 3);
    const answer = (await took('SVG', 'What the network answers all over the plane', 'answer')).toString();
    const [surface, point] = [answer.indexOf('<image'), answer.indexOf('A4 4')];
    expect(surface).toBeGreaterThan(0);
    expect(point).toBeGreaterThan(surface);
  });

  test('three layers of 64 are drawn while they train', async () => {
    await open('#network?data=spiral&layers=64:relu,64:relu,64:relu');
    await button('Play').click();
    await expect
      .poll(async () => Number(/([\d.]+)pictures/.exec(await textOf('.bar .where'))?.[1]), { timeout: 20_000 })
      .toBeGreaterThan(0);
    await shot(page, 'network-wide');
    await button('Pause').click();
  });
});

describe('the lens', () => {
  test('the kernel goes over the picture by arrow keys, its products written out', async () => {
    await studio.go('#lens');
    await expect.poll(() => textOf('.section-map .formula')).toMatch(/=0$|=−?[\d.]+$/);
    const before = await textOf('.section-map .formula');
    await page.locator('.walk').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => location.hash.includes('at=1,2'));
    expect(await textOf('.section-map .formula')).not.toBe(before);
    await field('stride').fill('2');
    await expect.poll(() => textOf('.section-kernel .formula')).toBe('size=⌊10+2·0−1·(3−1)−12⌋+1=4');
    await field('dilation').fill('6');
    await expect.poll(() => textOf('.section-kernel .problem')).toContain('noplaceforit');
    await field('dilation').fill('1');
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'lens-filter');
  });

  test('a unit over time: its gates, and a gradient that vanishes in the plain one', async () => {
    await studio.go('#lens?view=memory');
    await expect.poll(() => page.locator('.section-gates tbody tr').count()).toBe(4);
    expect(await textOf('.section-time .note')).toContain('stillfelt');
    await shot(page, 'lens-memory');
    await button('RNN').click();
    await expect.poll(() => page.locator('.section-gates tbody tr').count()).toBe(1);
    await field('u of h').fill('0.3');
    await expect.poll(() => textOf('.section-time .note')).toContain('vanished');
    expect(await seriousFindings(page)).toEqual([]);
  });
});

describe('lessons, settings, and every screen of this side', () => {
  test('each lesson opens its screen with its question; the next one follows', async () => {
    await studio.go('#learn');
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'learn');
    await page.locator('.lessons a').first().click();
    for (let i = 1; i <= lessons.length; i++) {
      await expect.poll(() => textOf('.lesson h2')).toMatch(new RegExp(`^${i}\\.`));
      await page.locator('.lesson summary').click();
      expect((await textOf('.lesson details p')).length).toBeGreaterThan(10);
      await expect.poll(() => page.locator('.screen .section').count()).toBeGreaterThan(0);
      expect(await page.locator('.screen .problem').count()).toBe(0);
      if (i < lessons.length) await page.getByRole('link', { name: /^Next/ }).click();
    }
    await shot(page, 'lesson');
  });

  test('what a teacher hides is not there', async () => {
    await studio.go('#neuron?hide=plane,learn');
    await page.waitForSelector('.section-worked');
    expect(await page.locator('.section-plane, .section-learn').count()).toBe(0);
  });

  test('settings hold for all screens and are kept', async () => {
    await studio.go('#settings');
    await button('high contrast').click();
    await page.getByLabel('decimal comma').check();
    await button('for work').click();
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, 'settings-contrast');
    await studio.go('#neuron?w=0.5,0.25');
    await page.reload();
    await page.waitForSelector('.section-worked');
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('contrast');
    expect(await page.locator('.title .lead').isVisible()).toBe(false);
    expect(await textOf('.section-worked .formula')).toContain('0,5');
    await shot(page, 'neuron-contrast');
    await studio.go('#settings');
    await button('Forget everything in this browser').click();
    await page.reload();
    await page.waitForSelector('.settings');
    await button('as the system').first().click();
  });

  test.each([
    ['dark at 1920 pixels', { dark: true, width: 1920, height: 1080 }],
    ['a phone of 360 pixels, with reduced motion', { width: 360, height: 740, still: true }],
  ])('%s', async (name, options) => {
    const other = await openStudio(studio.chrome, `${studio.server.url}/`, options);
    for (const screen of ['neuron', 'network', 'lens', 'learn', 'settings']) {
      await other.go(`#${screen}`);
      if (screen === 'network') await other.page.waitForSelector('.network[aria-busy=false]');
      const { wide, room } = await other.page.evaluate(() => {
        const main = document.getElementById('main')!;
        return { wide: main.scrollWidth, room: main.clientWidth };
      });
      expect(wide, `${screen} is wider than its window`).toBeLessThanOrEqual(room);
      expect(await seriousFindings(other.page), screen).toEqual([]);
      await shot(other.page, `${screen}-${name.split(' ')[0]}-${options.width}`);
    }
    expect(other.wrong).toEqual([]);
    await other.page.context().close();
  });

  test('where motion is reduced nothing travels by itself, and a step goes a quarter of the way', async () => {
    const other = await openStudio(studio.chrome, `${studio.server.url}/`, { still: true });
    await other.go('#neuron');
    const picture = () => other.page.locator('.section-pictures canvas').first().screenshot();
    await other.page.getByRole('button', { name: 'Step', exact: true }).click();
    await other.page.waitForTimeout(200);
    const first = await picture();
    await other.page.waitForTimeout(400);
    expect(first.equals(await picture())).toBe(true);
    await other.page.context().close();
  });

  test('by keys alone: from screen to screen, the list of keys, and every control is reached', async () => {
    await studio.go('#neuron');
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.waitForSelector('.screen-network h1');
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    for (const screen of ['neuron', 'network', 'lens', 'learn', 'settings']) {
      await studio.go(`#${screen}`);
      if (screen === 'network') await page.waitForSelector('.network[aria-busy=false]');
      await reachedByTab(page);
    }
  });
});

test('nothing went wrong on the way', () => {
  expect(studio.wrong).toEqual([]);
});
