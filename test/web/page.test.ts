/** `hillock/web` in a page: the same numbers as in Node, with and without cross-origin isolation. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floats } from '../../src/graph/index.ts';
import { browser, patience } from './browser.ts';
import { type Fixture, fixture, libraryPage } from './fixture.ts';
import { type Site, serveFolder } from './site.ts';

let made: Fixture;
let chrome: Browser;
beforeAll(async () => {
  [made, chrome] = await Promise.all([fixture(), browser()]);
}, patience);
afterAll(async () => {
  await chrome?.close();
  await made?.remove();
});

describe.each([
  ['a page of its own origin alone', false],
  ['a page with cross-origin isolation', true],
] as const)('%s', (_, isolated) => {
  let site: Site;
  let page: Page;
  let wrong: string[];
  beforeAll(async () => {
    site = await serveFolder(made.folder, { isolated });
    ({ page, wrong } = await libraryPage(chrome, site));
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
  });
  afterAll(async () => {
    await page?.close();
    await site?.close();
  });

  test('a run folder and a table by their addresses: the predictions of Node', async () => {
    const raw = await page.evaluate(async () => {
      const { load, table } = window.hillock;
      const model = await load('model', { ort: 'ort/' });
      return [...(await model.predict(await table('people.csv'))).raw];
    });
    const expected = (await made.model.predict(made.data)).raw;
    expect(raw.length).toBe(made.data.rows);
    expect(Math.max(...raw.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThanOrEqual(1e-5);
    expect(new Set(raw).size).toBeGreaterThan(100);
  });

  test('a model as a file and as bytes, records with words and a missing cell', async () => {
    const person = { gender: 'female', age: 51, height: 1.6, weight: 90, meals: null };
    const [file, bytes] = await page.evaluate(async one => {
      const { load } = window.hillock;
      const blob = await (await fetch('model/model.onnx')).blob();
      const sources = [new File([blob], 'model.onnx'), await blob.arrayBuffer()];
      const models = await Promise.all(sources.map(source => load(source, { ort: 'ort/' })));
      return Promise.all(models.map(async model => (await model.predict([one])).rows[0]!));
    }, person);
    const [expected] = (await made.model.predict([person])).rows;
    for (const row of [file!, bytes!]) {
      expect(row.value).toBe(expected!.value);
      expect(row.probabilities![1]).toBeCloseTo(expected!.probabilities![1]!, 5);
    }
  });

  test('training: the events, the weights and the report of Node with WebAssembly, bit for bit', async () => {
    const ran = await page.evaluate(async () => {
      const { table, train } = window.hillock;
      const run = train('auto', await table('people.csv', { target: 'obese' }), { seed: 1, threads: 1, ort: 'ort/' });
      const events: string[] = [];
      for await (const { event } of run) events.push(event);
      const model = await run.result;
      const parameters = [...model.parameters].map(([name, { data }]) => [name, [...(data as Float32Array)]] as const);
      return { events, parameters, metrics: model.metrics, report: model.report };
    });
    const { model } = made;
    expect(ran.metrics).toEqual(model.metrics);
    expect(new Map(ran.parameters)).toEqual(
      new Map([...model.parameters].map(([name, tensor]) => [name, [...floats(tensor)]])),
    );
    expect(ran.report.baseline).toEqual(model.report.baseline);
    expect(ran.report.device).toBe('wasm');
    expect([ran.events[0], ran.events.at(-1)]).toEqual(['data', 'result']);
    expect(ran.events.filter(event => event === 'epoch')).toHaveLength(model.report.epochs);
  });

  test('as many threads as the page may have, and a word where it is one', async () => {
    const ran = await page.evaluate(async () => {
      const { table, train } = window.hillock;
      const data = await table('people.csv', { target: 'obese' });
      const run = train('auto', data, {
        seed: 1,
        threads: 2,
        device: 'webgpu',
        epochs: 2,
        baseline: false,
        ort: 'ort/',
      });
      const notices: string[] = [];
      let threads = 0;
      for await (const event of run) {
        if (event.event === 'notice') notices.push(event.message);
        if (event.event === 'start') threads = event.threads;
      }
      return { notices, threads };
    });
    expect(ran.threads).toBe(isolated ? 2 : 1);
    expect(ran.notices[0]).toContain('WebGPU is not used');
    expect(ran.notices.slice(1).join()).toMatch(isolated ? /^$/ : /one thread: the page is not cross-origin isolated/);
  });

  test('what is wrong is told as in Node', async () => {
    const told = await page.evaluate(async () => {
      const { HillockError, load, table, train } = window.hillock;
      const data = await table('people.csv');
      const broken = [
        () => load(new Uint8Array([1, 2, 3])),
        () => load('no-such-run'),
        () => table(new Blob(['\0\0\0\0']), { name: 'noise.csv' }),
        () => table(new Blob(['PAR1....']), { name: 'people.parquet' }),
        () => train('auto', data, { target: 'obesse', ort: 'ort/' }).result,
        () => train('auto', data, { target: 'obese', ort: 'nowhere/' }).result,
        () => train('auto', data, { target: 'obese', ort: 'half/' }).result,
        () => load('model', { ort: 'half/' }).then(model => model.predict([{}])),
        () => load('model', { ort: 'nowhere/' }).then(model => model.predict([{}])),
      ];
      return Promise.all(
        broken.map(work =>
          work().then(
            () => '',
            error => (error instanceof HillockError ? `${error.kind}: ${error.message}` : `no: ${error}`),
          ),
        ),
      );
    });
    const found = (...parts: readonly string[]): unknown => expect.stringMatching(new RegExp(parts.join('.*')));
    expect(told).toEqual([
      found('model-file: model.onnx is not a model file'),
      found('model-file: ', 'no-such-run/model.onnx cannot be loaded: 404'),
      found('data: noise.csv is not a text table'),
      found('data: people.parquet is a Parquet file'),
      found("^(?:usage|data): .*'obesse'"),
      found('device: ONNX Runtime is not found at ', 'nowhere/ort.wasm.bundle.min.mjs'),
      found('device: ONNX Runtime is not found at ', 'half/ort-wasm-simd-threaded.wasm: it is no WebAssembly'),
      found('device: ONNX Runtime does not start: ', 'magic word'),
      found('device: ONNX Runtime is not found at '),
    ]);
    const missing = wrong.filter(text => !/404|no-such-run|nowhere|magic word|falling back to ArrayBuffer/.test(text));
    expect(missing).toEqual([]);
    wrong.length = 0;
  });

  test('stopping: the run rejects, the page goes on', async () => {
    const kind = await page.evaluate(async () => {
      const { table, train } = window.hillock;
      const data = await table('people.csv', { target: 'obese' });
      const run = train('mlp', data, { epochs: 100_000, threads: 1, ort: 'ort/' });
      for await (const { event } of run) {
        if (event === 'epoch') break;
      }
      run.stop();
      return run.result.then(
        () => 'trained',
        (error: { kind: string }) => error.kind,
      );
    });
    expect(kind).toBe('interrupted');
  });

  test('offline after it was loaded', async () => {
    await page.context().setOffline(true);
    const ran = await page.evaluate(async () => {
      const { load, table, train } = window.hillock;
      const data = await table('people.csv', { target: 'obese' });
      const { rows } = await (await load('model', { ort: 'ort/' })).predict(data);
      const model = await train('linear', data, { epochs: 2, threads: 1, ort: 'ort/' }).result;
      return { rows: rows.length, accuracy: model.metrics.test.accuracy };
    });
    await page.context().setOffline(false);
    expect(ran.rows).toBe(made.data.rows);
    expect(ran.accuracy).toBeGreaterThan(0.5);
  });

  test('nothing was said in the console, nothing was asked of another site', () => {
    expect(wrong).toEqual([]);
  });
});
