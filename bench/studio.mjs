/**
 * The studio in headless Chromium: how soon its first screen stands, how often a network of 3 × 64 is drawn while it
 * trains, and how fast a table of 1,000 runs answers. Usage: npm run bench -- studio [--rounds 10]
 * CHROME_PATH names a Chromium where it is not found.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' } } });
const rounds = Number(values.rounds);
const hillock = fileURLToPath(new URL('../bin/hillock.js', import.meta.url));
const places = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = places.find(path => path && existsSync(path));
if (!executablePath) {
  console.error('no Chromium: name it with CHROME_PATH');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'hillock-studio-bench-'));
const runs = join(folder, 'runs');
const many = 1000;

/** A run, and many like it with other scores, learning rates and seeds. */
function makeRuns() {
  const options = ['--epochs', '8', '--hidden', '6', '--out', join(runs, 'first'), '--json'];
  spawnSync(process.execPath, [hillock, 'train', 'demo:obesity', ...options], { cwd: folder, stdio: 'ignore' });
  const report = JSON.parse(readFileSync(join(runs, 'first', 'report.json'), 'utf8'));
  for (let i = 0; i < many; i++) {
    const to = join(runs, `grid-${String(i).padStart(4, '0')}`);
    mkdirSync(to);
    for (const file of ['history.jsonl', 'model.onnx']) cpSync(join(runs, 'first', file), join(to, file));
    const asked = { ...report.options, learningRate: 10 ** -(1 + (i % 50) / 20), seed: Math.floor(i / 50) };
    const test = { ...report.metrics.test, accuracy: 0.5 + ((i * 37) % 500) / 1000 };
    const changed = { ...report, options: asked, metrics: { ...report.metrics, test }, seed: asked.seed };
    writeFileSync(join(to, 'report.json'), JSON.stringify(changed));
  }
}

/** @param {number[]} times */
const summary = times => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = share => Number(sorted[Math.floor(share * (sorted.length - 1))].toFixed(1));
  return { median: at(0.5), best: at(0), worst: at(1) };
};
const tell = row => console.log(JSON.stringify(row));

const server = spawn(process.execPath, [hillock, 'studio', '--port', '0', '--no-open', '--json'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let chrome;
try {
  let url = '';
  for await (const line of createInterface({ input: server.stdout })) {
    url = JSON.parse(line).url.replace(/\/$/, '');
    break;
  }
  makeRuns();
  chrome = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  const opened = async hash => {
    const page = await (await chrome.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.goto(`${url}/${hash}`);
    return page;
  };

  const first = [];
  for (let i = 0; i < rounds; i++) {
    const page = await opened('');
    await page.waitForSelector('.section-code');
    first.push(await page.evaluate(() => performance.getEntriesByName('screen')[0].startTime));
    await page.context().close();
  }
  tell({ what: 'first screen, ms', ...summary(first), must: 1000 });

  const network = await opened('#network?data=spiral&layers=64:relu,64:relu,64:relu');
  await network.waitForSelector('.network[aria-busy=false]');
  await network.getByRole('button', { name: 'Play' }).click();
  const drawn = [];
  for (let i = 0; i < rounds; i++) {
    await network.waitForTimeout(1000);
    const text = await network.locator('.bar .where').first().textContent();
    const rate = Number(/([\d.]+)\s*pictures/.exec(text)?.[1]);
    if (rate > 0) drawn.push(rate);
  }
  const loss = await network.locator('.bar').textContent();
  tell({ what: 'pictures a second of 3 × 64 neurons while they train', ...summary(drawn), must: 30, bar: loss });
  await network.context().close();

  const compare = await opened('#compare');
  await compare.waitForSelector('.runs tbody tr');
  const type = text =>
    `const box = document.querySelector('.tools input[type=search]'); box.value = '${text}'; box.dispatchEvent(new Event('input', { bubbles: true }))`;
  const acts = {
    sort: `[...document.querySelectorAll('.runs thead button')].find(one => one.textContent.startsWith('accuracy')).click()`,
    'filter by name': type('grid-01'),
    'filter by seed': type('seed=7'),
    'no filter': type(''),
    scroll: `document.querySelector('.runs').scrollTop += 7000`,
    'seeds together': `document.querySelectorAll('.tools input[type=checkbox]')[1].click()`,
  };
  for (const [name, act] of Object.entries(acts)) {
    const times = [];
    for (let i = 0; i < rounds; i++) {
      times.push(
        await compare.evaluate(async script => {
          const began = performance.now();
          new Function(script)();
          await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)));
          return performance.now() - began;
        }, act),
      );
    }
    tell({ what: `1,000 runs: ${name}, ms to the next frame`, ...summary(times), must: 100 });
  }
  tell({ load: loadavg().map(value => Number(value.toFixed(1))) });
} finally {
  await chrome?.close();
  server.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
