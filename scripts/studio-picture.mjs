/**
 * Draws docs/studio.png: the network screen of the studio after it has learned the spiral, in headless Chromium.
 * Usage: npm run build && node scripts/studio-picture.mjs (CHROME_PATH names a Chromium where it is not found).
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const to = fileURLToPath(new URL('../docs/studio.png', import.meta.url));
const hillock = fileURLToPath(new URL('../bin/hillock.js', import.meta.url));
const most = 150_000;
const places = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = places.find(path => path && existsSync(path));
if (!executablePath) throw new Error('no Chromium: name it with CHROME_PATH');

const folder = mkdtempSync(join(tmpdir(), 'hillock-picture-'));
const server = spawn(process.execPath, [hillock, 'studio', '--port', '0', '--no-open', '--json'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const chrome = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  let url = '';
  for await (const line of createInterface({ input: server.stdout })) {
    url = JSON.parse(line).url;
    break;
  }
  const page = await chrome.newPage({ viewport: { width: 1240, height: 800 } });
  await page.goto(`${url}#network?data=spiral&n=300&noise=0.05&layers=8:tanh,8:tanh&lr=0.02&speed=max&hide=keep`);
  await page.waitForSelector('.network[aria-busy=false]');
  await page.getByRole('button', { name: 'Play' }).click();
  await page.waitForFunction(() => Number(document.querySelectorAll('.bar dl dd')[1]?.textContent) < 0.05, undefined, {
    timeout: 120_000,
  });
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Play' }).waitFor();
  await page.mouse.move(1230, 780);
  const shot = await page.screenshot();
  await sharp(shot).png({ palette: true, colours: 96, effort: 10 }).toFile(to);
  const { size } = statSync(to);
  if (size > most) throw new Error(`docs/studio.png has ${size} bytes, more than ${most}`);
} finally {
  await chrome.close();
  server.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
