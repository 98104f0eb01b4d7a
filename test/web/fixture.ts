/** What the tests of pages start from: a site with a table, a run that Node made of it, and Hillock's files. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FreshModel, train } from 'hillock';
import { makeSynthetic, select, type Table, table, toRecords } from 'hillock/data';
import type { Browser, Page } from 'playwright-core';
import { enableRelaxedSimd } from '../../src/runtime/relaxed.case.ts';
import type { Site } from './site.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The files of ONNX Runtime that a page without a bundler needs. */
const ortFiles = ['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'];

declare global {
  interface Window {
    hillock: typeof import('hillock/web');
  }
}

/** A page that has nothing but the library. */
const blank = `<!doctype html><link rel="icon" href="data:,"><script type="module">
import * as hillock from './hillock/index.js';
window.hillock = hillock;
</script>`;

export interface Fixture {
  readonly folder: string;
  readonly csv: string;
  readonly data: Table;
  /** Trained in Node on the same table with the same seed, by WebAssembly on one thread. */
  readonly model: FreshModel;
  remove(): Promise<void>;
}

const rows = 400;

/** A folder with Hillock's and ONNX Runtime's files, for a page without a bundler. */
export async function siteFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hillock-web-'));
  await writeFile(join(folder, 'blank.html'), blank);
  await cp(join(root, 'dist/web'), join(folder, 'hillock'), { recursive: true });
  for (const name of ortFiles)
    await cp(join(root, 'node_modules/onnxruntime-web/dist', name), join(folder, 'ort', name));
  // A server that answers with a page for what it does not have.
  await cp(join(folder, 'ort', ortFiles[0]!), join(folder, 'half', ortFiles[0]!));
  await writeFile(join(folder, 'half', ortFiles[1]!), blank);
  return folder;
}

/** Opens the page that has nothing but the library. */
export async function libraryPage(chrome: Browser, { address }: Site): Promise<{ page: Page; wrong: string[] }> {
  const page = await chrome.newPage();
  const wrong = watched(page, address);
  await page.goto(`${address}blank.html`);
  await page.waitForFunction(() => 'hillock' in window);
  return { page, wrong };
}

export async function fixture(): Promise<Fixture> {
  const folder = await siteFolder();
  const csv = join(folder, 'people.csv');
  await writeFile(
    csv,
    csvOf(
      select(
        makeSynthetic('demo:obesity') as Table,
        Int32Array.from({ length: rows }).map((_, i) => i),
      ),
    ),
  );
  const data = await table(csv, { target: 'obese' });
  // Node multiplies and adds as the browser does.
  enableRelaxedSimd();
  const model = await train('auto', data, { seed: 1, device: 'wasm', out: join(folder, 'model') }).result;
  return { folder, csv, data, model, remove: () => rm(folder, { recursive: true, force: true }) };
}

function csvOf(data: Table): string {
  const names = data.columns.map(({ name }) => name);
  const lines = toRecords(data).map(record => names.map(name => record.get(name) ?? '').join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

/** What a page did that it should not have done: errors, and requests to elsewhere. */
export function watched(page: Page, address: string): string[] {
  const wrong: string[] = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', error => wrong.push(`error: ${error.message}`));
  page.on('request', request => {
    if (!request.url().startsWith(address) && !/^(?:data|blob):/.test(request.url()))
      wrong.push(`request: ${request.url()}`);
  });
  page.on('requestfailed', request => {
    const reason = request.failure()?.errorText ?? '';
    // The page itself takes a question back when the next one comes.
    if (reason !== 'net::ERR_ABORTED') wrong.push(`failed: ${request.url()} (${reason})`);
  });
  return wrong;
}

/** The text of an element once it has one; fails with what the page says is wrong. */
export async function textOf(page: Page, id: string): Promise<string> {
  const found = await page.waitForFunction(
    name => document.getElementById(name)?.textContent || document.getElementById('problem')?.textContent,
    id,
    { timeout: 100_000 },
  );
  const problem = await page.textContent('#problem');
  if (problem) throw new Error(`the page says: ${problem}`);
  return String(await found.jsonValue());
}
