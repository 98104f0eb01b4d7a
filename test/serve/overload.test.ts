/** More than a service can take, over real sockets. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { record } from '../../src/serve/testing.case.ts';
import { ask, folder, load, runOf, start } from './service.ts';

let run: string;
beforeAll(async () => {
  run = await runOf('multiclass', join(folder(), 'classes'));
});

test('what is too much is refused with Retry-After, the rest is answered, and then all is as before', async () => {
  const service = await start([run], ['--requests', '4', '--queue-rows', '64']);
  const many = JSON.stringify(new Array(16).fill(record));
  const { statuses, errors, refused } = await load(`${service.url}/predict`, many, 64, wait(1500));
  expect(errors).toEqual([]);
  expect(statuses).toEqual({ 200: expect.any(Number), 503: expect.any(Number) });
  expect((await ask(`${service.url}/predict`, many)).status).toBe(200);
  const metrics = (await ask(`${service.url}/metrics`, undefined)).body;
  expect(metrics).toContain(`hillock_requests_total{route="/predict",code="503"} ${statuses[503]}`);
  expect(metrics).toContain('hillock_queue_rows{model="classes"} 0');
  const headers = { 'retry-after': '1', 'content-type': 'application/problem+json', connection: 'keep-alive' };
  expect(refused!.headers).toMatchObject(headers);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
  expect(service.stderr()).not.toContain('"status":503');
});

test('clients that send a byte now and then keep nobody else waiting, and are cut off', async () => {
  const service = await start([run], ['--timeout', '1']);
  const closed: Promise<unknown>[] = [];
  const sockets: Socket[] = Array.from({ length: 200 }, () => {
    const socket = connect(service.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
    closed.push(new Promise(resolve => socket.once('close', resolve)));
    return socket;
  });
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write(' ');
  }, 50);
  const { statuses, errors } = await load(`${service.url}/predict`, JSON.stringify(record), 4, wait(500));
  expect(errors).toEqual([]);
  expect(Object.keys(statuses)).toEqual(['200']);
  expect(statuses[200]).toBeGreaterThan(4);
  await Promise.all(closed);
  clearInterval(drip);
  const metrics = (await ask(`${service.url}/metrics`, undefined)).body;
  expect(metrics).toContain('hillock_in_flight 1');
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});

test('a token is asked for, and a gzip bomb is given up, over the wire', async () => {
  const service = await start([run], ['--token', 's3cret']);
  const asked = (authorization: string, body: BodyInit = JSON.stringify(record), encoding = 'identity') =>
    fetch(`${service.url}/predict`, {
      method: 'POST',
      body,
      headers: { authorization, 'content-type': 'application/json', 'content-encoding': encoding },
    });
  const denied = await asked('Bearer wrong');
  expect(denied.status).toBe(401);
  expect(denied.headers.get('www-authenticate')).toBe('Bearer');
  expect((await asked('Bearer s3cret')).status).toBe(200);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(100 * 2 ** 20), { level: 9 }));
  expect((await asked('Bearer s3cret', bomb, 'gzip')).status).toBe(413);
  expect((await asked('Bearer s3cret')).status).toBe(200);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});
