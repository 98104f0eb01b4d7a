/** The service over real sockets. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record } from '../../src/serve/testing.case.ts';
import { hillock } from '../cli/hillock.ts';
import { ask, folder, load, runOf, type Started, start } from './service.ts';

const runs = folder();
const body = JSON.stringify(record);
let classes: string;
let numbers: string;

beforeAll(async () => {
  classes = await runOf('multiclass', join(runs, 'classes'));
  numbers = await runOf('regression', join(runs, 'numbers'));
});

/** What comes back for bytes as they are, until the service closes or half a second is quiet. */
function raw(port: number, text: string, quiet = 500): Promise<string> {
  return new Promise(resolve => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setTimeout(quiet, () => socket.destroy());
    socket.on('data', part => {
      answer += String(part);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer));
  });
}

describe('two models', () => {
  let service: Started;
  beforeAll(async () => {
    service = await start([classes, `prices=${numbers}`], ['--log', 'all', '--timeout', '1', '--max-body', '100000']);
  });
  afterAll(async () => {
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  test('answer under their names', async () => {
    expect(JSON.parse((await ask(`${service.url}/predict`, body)).body)).toHaveProperty('probabilities');
    const number = JSON.parse((await ask(`${service.url}/models/prices/predict`, body)).body) as object;
    expect(number).toEqual({ prediction: expect.any(Number) });
  });

  test('a line of JSON for each request', async () => {
    await ask(`${service.url}/predict?secret=1`, '{}');
    await wait(50);
    const lines = service.stderr().trim().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ method: 'POST', path: '/predict', status: 400 });
  });

  test('a body beyond the limit is refused before it is read, and while it is', async () => {
    expect((await ask(`${service.url}/predict`, ' '.repeat(100_001))).status).toBe(413);
    const chunk = `${(60_000).toString(16)}\r\n${' '.repeat(60_000)}\r\n`;
    const head = 'POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await raw(service.port, `${head}${chunk}${chunk}`)).toMatch(/^HTTP\/1.1 413/);
  });

  test('a client that is slow is cut off', async () => {
    const head = 'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{';
    const [halfBody, halfHead] = await Promise.all([
      raw(service.port, head, 6000),
      raw(service.port, 'POST /predict HTTP/1.1\r\nHos', 6000),
    ]);
    expect(halfBody).toMatch(/408/);
    expect(halfHead).toMatch(/408/);
  });

  test('requests that contradict themselves are refused', async () => {
    const both =
      'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
    const twice = 'POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n';
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
    for (const text of [both, twice]) expect(await raw(service.port, text)).toMatch(/^HTTP\/1.1 400/);
    expect(await raw(service.port, long)).toMatch(/^HTTP\/1.1 431/);
  });

  test('there are no files behind it', async () => {
    for (const path of [
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/models/..%2f..%2fetc/predict',
      '/package.json',
      '//x',
      '/%',
    ]) {
      const answer = await raw(service.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer, path).toMatch(/^HTTP\/1.1 40[045]/);
    }
  });
});

test('SIGTERM under load: what was accepted is answered, then it ends with 0', async () => {
  const service = await start([classes]);
  const loaded = load(`${service.url}/predict`, body, 16, service.ended);
  await wait(700);
  service.child.kill('SIGTERM');
  await wait(50);
  expect((await ask(`${service.url}/readyz`, undefined)).status).toBe(503);
  expect(await service.ended).toBe(0);
  const { statuses, errors } = await loaded;
  expect(statuses).toEqual({ 200: expect.any(Number) });
  expect(statuses[200]).toBeGreaterThan(100);
  // A connection that was refused was never accepted; one that is reset was.
  expect(errors.filter(code => code !== 'ECONNREFUSED')).toEqual([]);
});

test('a model that changes under load is served anew; a broken one is not', async () => {
  const run = await runOf('multiclass', join(folder(), 'changing'));
  const service = await start([run], ['--log', 'all']);
  let finish: (value: unknown) => void = () => undefined;
  const loaded = load(`${service.url}/predict`, body, 4, new Promise(resolve => (finish = resolve)));
  const says = async (text: string): Promise<void> => {
    for (let i = 0; i < 100 && !service.stderr().includes(text); i++) await wait(100);
    expect(service.stderr()).toContain(text);
  };
  writeFileSync(join(run, 'model.onnx'), 'no model');
  await says('is not served, the old one stays');
  expect((await ask(`${service.url}/predict`, body)).body).toContain('probabilities');
  copyFileSync(join(numbers, 'model.onnx'), join(run, 'model.onnx'));
  await says('is served');
  expect(JSON.parse((await ask(`${service.url}/predict`, body)).body)).toEqual({ prediction: expect.any(Number) });
  finish(undefined);
  const { statuses, errors } = await loaded;
  expect({ errors, statuses }).toEqual({ errors: [], statuses: { 200: expect.any(Number) } });
  service.child.kill('SIGINT');
  expect(await service.ended).toBe(0);
});

test('what cannot be served is said at once', async () => {
  expect(hillock(['serve', join(runs, 'none')])).toMatchObject({ code: 4 });
  expect(hillock(['serve', classes, classes])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('called classes'),
  });
  const service = await start([classes]);
  expect(hillock(['serve', classes, '--port', String(service.port)])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is taken'),
  });
  service.child.kill('SIGTERM');
  await service.ended;
});
