import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder, type Download, downloads, fetched, isWhole, namedDownload } from './downloads.ts';
import { fetchDownload } from './fetch-download.ts';
import { readSource } from './source.ts';
import { failure, realData, temporaryFiles } from './testing.case.ts';

const write = temporaryFiles();
const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i * 31 + (i >> 7)) % 256);
const small = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Uint8Array) => void;

/** A server as they are in the world, with its bad days: `answers` of a path replace the usual one, one request each. */
let server: Server;
let base = '';
const answers = new Map<string, Answer[]>();
const requests: { path: string; range: string | undefined }[] = [];
const files: Readonly<Record<string, Uint8Array>> = {
  '/a/large.bin': content,
  '/a/small.bin': small,
  '/b/large.bin': content,
};

const usual: Answer = (request, response, bytes) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? -1);
  if (from < 0) response.writeHead(200, { 'content-length': bytes.length });
  else {
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { 'content-length': bytes.length - from, 'content-range': range });
  }
  response.end(bytes.subarray(Math.max(0, from)));
};

/** Promises everything, sends a part and cuts the connection. */
const cutAfter =
  (count: number): Answer =>
  (request, response, bytes) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? -1);
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    if (from < 0) response.writeHead(200, { 'content-length': bytes.length });
    else response.writeHead(206, { 'content-length': bytes.length - from, 'content-range': range });
    response.write(bytes.subarray(Math.max(0, from), Math.max(0, from) + count), () => {
      setTimeout(() => response.destroy(), 30);
    });
  };

const withoutRanges: Answer = (_, response, bytes) => {
  response.writeHead(200, { 'content-length': bytes.length });
  response.end(bytes);
};

const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code);
    response.end('sorry');
  };

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url!;
    requests.push({ path, range: request.headers.range });
    const bytes = files[path];
    const answer = answers.get(path)?.shift() ?? (bytes ? usual : status(404));
    answer(request, response, bytes ?? new Uint8Array());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise(resolve => server.close(resolve)));
beforeEach(() => {
  answers.clear();
  requests.length = 0;
});

const large = { name: 'large.bin', bytes: content.length, md5: md5(content) };
const set = (...mirrors: string[]): Download => ({
  name: 'set',
  title: '',
  page: '',
  mirrors: mirrors.map(path => `${base}/${path}`),
  files: [large],
});

let folders = 0;
async function folder(): Promise<string> {
  const path = join(dirname(await write('mark', '')), `set-${folders++}`);
  await mkdir(path);
  return path;
}
const sumOf = async (path: string): Promise<string> => md5(await readFile(path));

describe('from a server', () => {
  test('whole, with progress; a second time nothing is asked for', async () => {
    const out = join(await folder(), 'made', 'here');
    const both = { ...set('a/'), files: [large, { name: 'small.bin', bytes: 1000, md5: md5(small) }] };
    const told: number[] = [];
    const found = await fetchDownload(both, out, { onProgress: bytes => told.push(bytes) });
    expect(found.map(({ name, from }) => [name, from])).toEqual([
      ['large.bin', `${base}/a/large.bin`],
      ['small.bin', `${base}/a/small.bin`],
    ]);
    expect(await sumOf(join(out, 'large.bin'))).toBe(large.md5);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(301_000);
    expect((await readdir(out)).sort()).toEqual(['large.bin', 'small.bin']);
    requests.length = 0;
    expect((await fetchDownload(both, out)).map(({ from }) => from)).toEqual([null, null]);
    expect(requests).toEqual([]);
  });

  test('cut connections are taken up where they broke', async () => {
    const out = await folder();
    answers.set('/a/large.bin', [cutAfter(100_000), cutAfter(50_000)]);
    await fetchDownload(set('a/'), out);
    expect(await sumOf(join(out, 'large.bin'))).toBe(large.md5);
    const [first, second, third] = requests.map(({ range }) => Number(/\d+/.exec(range ?? '0')![0]));
    expect([first, requests.length]).toEqual([0, 3]);
    expect(second!).toBeGreaterThan(0);
    expect(third!).toBeGreaterThan(second!);
  });

  test('what an earlier run left is gone on from', async () => {
    const out = await folder();
    await writeFile(join(out, 'large.bin.part'), content.subarray(0, 123_456));
    await fetchDownload(set('a/'), out);
    expect(requests).toEqual([{ path: '/a/large.bin', range: 'bytes=123456-' }]);
    expect(await sumOf(join(out, 'large.bin'))).toBe(large.md5);
    expect(await readdir(out)).toEqual(['large.bin']);
  });

  test('a server that knows no parts sends everything again', async () => {
    const out = await folder();
    await writeFile(join(out, 'large.bin.part'), new Uint8Array(200_000).fill(1));
    answers.set('/a/large.bin', [withoutRanges]);
    await fetchDownload(set('a/'), out);
    expect(await sumOf(join(out, 'large.bin'))).toBe(large.md5);
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['a wrong beginning', new Uint8Array(200_000).fill(1)],
    ['a beginning that is too long', new Uint8Array(400_000).fill(1)],
    ['wrong bytes of the right number', new Uint8Array(300_000).fill(1)],
  ])('%s is thrown away', async (_, left) => {
    const out = await folder();
    await writeFile(join(out, 'large.bin.part'), left);
    await fetchDownload(set('a/'), out);
    expect(await sumOf(join(out, 'large.bin'))).toBe(large.md5);
    expect(requests.at(-1)).toEqual({ path: '/a/large.bin', range: undefined });
  });

  test('a wrong checksum: the file is not kept, an earlier one of that name stays', async () => {
    const out = await folder();
    await writeFile(join(out, 'large.bin'), 'mine');
    const other = { ...set('a/'), files: [{ ...large, md5: md5(small) }] };
    const error = await failure(fetchDownload(other, out));
    expect([error.kind, error.message]).toEqual([
      'data',
      expect.stringMatching(/its content is not the published one/),
    ]);
    expect(await readdir(out)).toEqual(['large.bin']);
    expect(await readFile(join(out, 'large.bin'), 'utf8')).toBe('mine');
  });

  test.each([
    ['404', status(404), /answers 404 Not Found/],
    ['403', status(403), /answers 403 Forbidden/],
    ['500', status(500), /answers 500/],
    [
      'another length',
      (_, response) => void response.writeHead(200, { 'content-length': 5 }).end('hello'),
      /offers 5 bytes instead of 300,000/,
    ],
    [
      'too much',
      (_, response) => void response.writeHead(200).end(new Uint8Array(300_001)),
      /sends more than 300,000 bytes/,
    ],
  ] as readonly (readonly [string, Answer, RegExp])[])(
    '%s: another mirror has it, or the error says what each answered',
    async (_, answer, message) => {
      const out = await folder();
      answers.set('/a/large.bin', [answer, answer]);
      const [found] = await fetchDownload(set('a/', 'b'), out);
      expect(found!.from).toBe(`${base}/b/large.bin`);
      const error = await failure(fetchDownload(set('a/', 'none/'), await folder()));
      expect([error.kind, error.message, error.hint]).toEqual([
        'data',
        expect.stringMatching(
          new RegExp(
            `large.bin cannot be fetched: .*/a/large.bin: .*${message.source}.*; .*/none/large.bin: it answers 404`,
          ),
        ),
        expect.stringMatching(/--from/),
      ]);
    },
  );

  test('a server that cuts every connection at once, and one that is not there', async () => {
    answers.set(
      '/a/large.bin',
      Array.from({ length: 9 }, () => (_, response) => response.destroy()),
    );
    expect((await failure(fetchDownload(set('a/'), await folder()))).message).toMatch(/it cuts the connection/);
    expect(requests).toHaveLength(3);
    const gone = { ...set(), mirrors: ['http://127.0.0.1:1/'] };
    expect((await failure(fetchDownload(gone, await folder()))).message).toMatch(
      /127\.0\.0\.1:1\/large\.bin: (it refuses|bad port)/,
    );
  });

  test('a server that falls silent', async () => {
    const silent: Answer = (_, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 10));
    };
    answers.set('/a/large.bin', [silent]);
    const out = await folder();
    await fetchDownload(set('a/'), out, { stallSeconds: 0.2 });
    expect(await sumOf(join(out, 'large.bin'))).toBe(large.md5);
    expect(requests.map(({ range }) => range)).toEqual([undefined, 'bytes=10-']);
  });

  test('Ctrl-C keeps what is there', async () => {
    const out = await folder();
    const abort = new AbortController();
    answers.set('/a/large.bin', [
      (_, response, bytes) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 100_000));
      },
    ]);
    const onProgress = (bytes: number): void => {
      if (bytes >= 100_000) abort.abort();
    };
    const error = await failure(fetchDownload(set('a/'), out, { signal: abort.signal, onProgress }));
    expect([error.kind, await readdir(out)]).toEqual(['interrupted', ['large.bin.part']]);
    await fetchDownload(set('a/'), out);
    expect(requests.at(-1)!.range).toBe('bytes=100000-');
    expect(await sumOf(join(out, 'large.bin'))).toBe(large.md5);
  });

  test('a folder that cannot be written', async () => {
    const file = await write('a file', 'x');
    const error = await failure(fetchDownload(set('a/'), join(file, 'below')));
    expect([error.kind, error.message]).toEqual(['data', expect.stringMatching(/cannot write .*below/)]);
    expect(requests).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a folder without permission', async () => {
    const out = await folder();
    await chmod(out, 0o500);
    expect((await failure(fetchDownload(set('a/'), out))).message).toMatch(/cannot write .*permission denied/);
  });

  test.skipIf(process.platform !== 'linux')('a full disk', async () => {
    const out = await folder();
    await symlink('/dev/full', join(out, 'large.bin.part'));
    const error = await failure(fetchDownload(set('a/'), out));
    expect(error.message).toMatch(/cannot write .*large\.bin\.part: the disk is full/);
  });

  test('a folder where the file should be', async () => {
    const out = await folder();
    await mkdir(join(out, 'large.bin.part'));
    expect((await failure(fetchDownload(set('a/'), out))).message).toMatch(/cannot write .*large\.bin\.part/);
  });
});

describe("from a mirror of one's own", () => {
  test('a folder, its address, and the address of a server', async () => {
    const mirror = await folder();
    await writeFile(join(mirror, 'large.bin'), content);
    for (const from of [mirror, pathToFileURL(mirror).href, `${base}/b`, `${base}/b/`]) {
      const out = await folder();
      await fetchDownload(set('none/'), out, { from });
      expect(await sumOf(join(out, 'large.bin'))).toBe(large.md5);
    }
    expect(requests.map(({ path }) => path)).toEqual(['/b/large.bin', '/b/large.bin']);
  });

  test('a folder without the file, and one with another file of that name', async () => {
    const mirror = await folder();
    const missing = await failure(fetchDownload(set(), await folder(), { from: mirror }));
    expect(missing.message).toMatch(/large\.bin: there is no such file/);
    await writeFile(join(mirror, 'large.bin'), 'other');
    const out = await folder();
    const error = await failure(fetchDownload(set(), out, { from: mirror }));
    expect(error.message).toMatch(/its content is not the published one/);
    expect(await readdir(out)).toEqual([]);
  });
});

describe('the cache', () => {
  test('where it is', () => {
    expect(cacheFolder({ HILLOCK_CACHE: '/c', XDG_CACHE_HOME: '/x' })).toBe('/c');
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' })).toBe(join('/x', 'hillock'));
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative' })).toMatch(/[\\/]\.cache[\\/]hillock$/);
    expect(cacheFolder({})).toMatch(/[\\/]\.cache[\\/]hillock$/);
  });

  test('a name is a source once its files are there', async () => {
    const cache = await folder();
    const before = process.env.HILLOCK_CACHE;
    process.env.HILLOCK_CACHE = cache;
    try {
      const fashion = namedDownload('fashion-mnist')!;
      const error = await failure(readSource('fashion-mnist'));
      expect([error.kind, error.hint]).toEqual(['data', 'get it with: hillock data get fashion-mnist']);
      expect(() => fetched(fashion)).toThrow(/is not on this machine/);
      const at = join(cache, 'fashion-mnist');
      await mkdir(at);
      const head = (...numbers: number[]): number[] =>
        numbers.flatMap(n => [n >> 24, n >> 16, n >> 8, n].map(b => b & 255));
      for (const { name } of fashion.files) {
        const bytes = name.includes('images') ? [...head(0x803, 2, 1, 1), 5, 6] : [...head(0x801, 2), 9, 0];
        await writeFile(join(at, name), gzipSync(Uint8Array.from(bytes)));
      }
      expect(isWhole(fashion, at)).toBe(true);
      const data = await readSource('fashion-mnist');
      expect(data).toMatchObject({ source: 'fashion-mnist', train: { rows: 2, labels: Int32Array.of(9, 0) } });
      expect(data.kind === 'table' ? [] : data.train.classNames[9]).toBe('Ankle boot');
    } finally {
      if (before === undefined) delete process.env.HILLOCK_CACHE;
      else process.env.HILLOCK_CACHE = before;
    }
  });

  test.skipIf(realData === undefined)('the published MNIST files are those of the record', async () => {
    const mnist = downloads.find(({ name }) => name === 'mnist')!;
    const out = await folder();
    const found = await fetchDownload(mnist, out, { from: join(realData!, 'mnist') });
    expect(found.map(({ from }) => from !== null)).toEqual([true, true, true, true]);
    expect(await readSource(out)).toMatchObject({ train: { rows: 60000 }, test: { rows: 10000 } });
  });
});
