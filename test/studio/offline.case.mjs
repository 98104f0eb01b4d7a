/** The studio and a browser where there is no network but loopback: trains in the page and on the machine, tells what it found as JSON. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [folder, executablePath] = process.argv.slice(2);
const hillock = fileURLToPath(new URL('../../bin/hillock.js', import.meta.url));
const outside = await fetch('http://192.0.2.1/', { signal: AbortSignal.timeout(2000) }).then(
  () => 'answers',
  error => String(error.cause?.code ?? error.name),
);
const server = spawn(process.execPath, [hillock, 'studio', '--port', '0', '--no-open', '--json'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let url = '';
for await (const line of createInterface({ input: server.stdout })) {
  url = JSON.parse(line).url.replace(/\/$/, '');
  break;
}
const chrome = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await (await chrome.newContext()).newPage();
  const wrong = [];
  const hosts = new Set();
  page.on('console', message => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', error => wrong.push(error.message));
  page.on('request', request => hosts.add(new URL(request.url()).hostname));
  await page.goto(`${url}/#network?data=xor&noise=0&lr=0.05&speed=max`);
  await page.waitForSelector('.network[aria-busy=false]', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Play' }).click();
  await page.waitForFunction(
    () => Number(document.querySelectorAll('.bar dl div dd')[1]?.textContent) < 0.1,
    undefined,
    { timeout: 60_000 },
  );
  const request = { source: 'demo:moons', options: { epochs: 3, hidden: [4], members: 1 } };
  const { id } = await (await fetch(`${url}/api/train`, { method: 'POST', body: JSON.stringify(request) })).json();
  let state = '';
  for (let i = 0; i < 200 && state !== 'finished'; i++) {
    await new Promise(resolve => setTimeout(resolve, 200));
    state = (await (await fetch(`${url}/api/runs/${id}`)).json()).state;
  }
  await page.goto(`${url}/#evaluate?run=${id}`);
  await page.waitForSelector('.section-inside svg', { timeout: 60_000 });
  process.stdout.write(JSON.stringify({ outside, state, wrong, hosts: [...hosts] }));
} finally {
  await chrome.close();
  server.kill('SIGTERM');
}
