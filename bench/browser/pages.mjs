/** Contestants in headless Chromium, each in a tab of its own of one cross-origin isolated site, of which one works at a time. */
import { createReadStream, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { rolldown } from 'rolldown';

const here = path => fileURLToPath(new URL(path, import.meta.url));
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};
const isolating = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** Writes the site around the question that lies in `folder/question`. */
async function writeSite(folder) {
  const built = await rolldown({
    input: here('contestants.mjs'),
    platform: 'browser',
    // What only Node has is behind imports that no page makes.
    external: [/^(?:onnxruntime-|node:|@duckdb\/|sharp)/],
    resolve: { modules: [here('../rivals/node_modules'), 'node_modules'] },
    logLevel: 'silent',
  });
  await built.write({ dir: join(folder, 'code'), format: 'esm', entryFileNames: 'contestants.js' });
  await built.close();
  const packages = createRequire(here('../rivals/package.json'));
  symlinkSync(here('../../node_modules/onnxruntime-web/dist'), join(folder, 'ort'));
  symlinkSync(dirname(packages.resolve('@tensorflow/tfjs-backend-wasm')), join(folder, 'tfjs'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="code/contestants.js"></script>');
}

async function serve(folder) {
  const server = createServer(({ url }, response) => {
    const file = join(folder, url === '/' ? 'index.html' : decodeURIComponent(new URL(url, 'http://site').pathname));
    const there = existsSync(file) && statSync(file).isFile();
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(there ? 200 : 404, { 'content-type': type, ...isolating });
    if (there) createReadStream(file).pipe(response);
    else response.end();
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Chromium as it is installed, or as CHROME_PATH names it; ends the process with a word where it, or the rivals, are missing. */
export function chromePath() {
  const chrome =
    process.env.CHROME_PATH ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(path => existsSync(path));
  if (chrome && existsSync(here('../rivals/node_modules'))) return chrome;
  console.error(
    chrome ? 'the rivals are not installed: npm ci --prefix bench/rivals' : 'no Chromium: name one in CHROME_PATH',
  );
  process.exit(1);
}

/** Starts the site and the browser; `contestant(name, setting)` has `ask`, `close` and `complaint` as those of processes have. */
export async function pages(folder, executablePath) {
  mkdirSync(join(folder, 'code'), { recursive: true });
  await writeSite(folder);
  const server = await serve(folder);
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const flags = ['--disable-dev-shm-usage', '--enable-unsafe-webgpu'];
  const browser = await chromium.launch({ executablePath, args: [...sandbox, ...flags] }).catch(cause => {
    server.close();
    throw cause;
  });
  return {
    version: browser.version(),
    async contestant(name, setting) {
      const page = await browser.newPage();
      let wrong = '';
      page.on('pageerror', error => {
        wrong = error.message;
      });
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.waitForFunction(() => globalThis.ready);
      await page.evaluate(([who, how]) => globalThis.start(who, how), [name, setting]);
      return {
        name,
        complaint: () => wrong,
        ask: seconds => page.evaluate(time => globalThis.ask(time), seconds),
        close: () => page.close(),
      };
    },
    /** What the GPU of the browser calls itself; null where there is none but one that the processor plays. */
    async gpu() {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      const found = await page.evaluate(
        async () => (await navigator.gpu?.requestAdapter())?.info?.architecture ?? null,
      );
      await page.close();
      return found === 'swiftshader' ? null : found;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
