import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realData } from '../../src/data/testing.case.ts';
import { random } from '../../src/random.ts';
import { workFolder } from './files.ts';
import { hillock, hillockIn, root } from './hillock.ts';

const work = workFolder();
afterAll(() => work.remove());

const at = (...path: readonly string[]): string => join(work.path, ...path);
const pictures = at('lamps');
const run = at('run');
const quick = ['--epochs', '20', '--hidden', '8', '--members', '1', '--no-baseline'];
const rng = random(3);

/** A picture that is bright at the top ('on') or at the bottom ('off'), in a tint of its own. */
async function picture(path: string, on: boolean, size = 8, tint = rng.below(40)): Promise<string> {
  const pixels = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
    const top = Math.floor(i / 3 / size) < size / 2;
    return (top === on ? 215 : 0) + ((i % 3) * tint + rng.below(20)) / 3;
  });
  mkdirSync(dirname(path), { recursive: true });
  await sharp(pixels, { raw: { width: size, height: size, channels: 3 } }).toFile(path);
  return path;
}

beforeAll(async () => {
  for (const [part, count] of [
    ['train', 60],
    ['test', 10],
  ] as const) {
    for (let i = 0; i < count; i++) await picture(join(pictures, part, i % 2 ? 'on' : 'off', `${i}.png`), i % 2 === 1);
  }
  writeFileSync(join(pictures, 'train', 'on', 'broken.png'), 'no picture');
  expect(hillock(['train', pictures, ...quick, '--out', run])).toMatchObject({ code: 0 });
});

describe('a folder of pictures', () => {
  test('data show tells its classes and what is left out', () => {
    const { stdout, code } = hillock(['data', 'show', pictures]);
    expect(code).toBe(0);
    expect(stdout).toContain('60 images of 8×8×3, 10 more to test');
    expect(stdout).toMatch(/^on +30 +5$/m);
    expect(stdout).toContain('1 picture cannot be decoded: train/on/broken.png: not a picture that can be decoded');
  });

  test('the model knows its classes by name', () => {
    const { events } = hillock(['evaluate', run, pictures, '--json']);
    expect(events.at(-1)).toMatchObject({ rows: 10, classes: ['off', 'on'], metrics: { accuracy: 1 } });
    expect(hillock(['inspect', run, '--row', '1']).stdout).toMatch(/predicted +label = off/);
  });

  test('files, in their order; one that cannot be decoded keeps its place', async () => {
    const on = await picture(at('on.png'), true);
    const off = await picture(at('off.jpg'), false);
    const broken = work.file('broken.png', 'x');
    const { stdout, stderr, code } = hillock(['predict', run, on, broken, off]);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map(row => row.split(','));
    expect(code).toBe(0);
    expect(rows[0]).toEqual(['image', 'prediction', 'probability_off', 'probability_on']);
    expect(rows.slice(1).map(row => row.slice(0, 2))).toEqual([
      [on, 'on'],
      [broken, ''],
      [off, 'off'],
    ]);
    expect(Number(rows[1]![3])).toBeGreaterThan(0.5);
    expect(stderr).toContain('broken.png: not a picture that can be decoded');
    expect(stderr).toContain('1 of 3 rows have no prediction');
    expect(hillock(['predict', run, on, '--format', 'text']).stdout).toMatch(/on\.png {2}on {2}\d+\.\d %\n$/);
  });

  test('a folder: a row a file, with the label where the folder tells it', async () => {
    await picture(at('flat', 'b.png'), true);
    await picture(at('flat', 'a.png'), false);
    expect(
      hillock(['predict', run, at('flat')])
        .stdout.split('\n')
        .map(row => row.split(',').slice(0, 2)),
    ).toEqual([['image', 'prediction'], ['a.png', 'off'], ['b.png', 'on'], ['']]);
    const parted = hillock(['predict', run, pictures, '--json']).events;
    expect(parted[0]).toMatchObject({ row: 1, prediction: 'off', input: { image: 'test/off/0.png', label: 'off' } });
    expect(parted.at(-1)).toMatchObject({ event: 'result', rows: 10, unusable: 0 });
  });

  test('another size and other colours are brought to what the model takes, and it is said', async () => {
    const large = await picture(at('large.png'), true, 50);
    const grey = at('grey.png');
    await sharp(await picture(at('colour.png'), false))
      .toColourspace('b-w')
      .toFile(grey);
    const { stdout, stderr } = hillock(['predict', run, large, grey, '--format', 'text']);
    expect(stdout).toMatch(/large\.png {2}on .*\n.*grey\.png {2}off /);
    expect(stderr).toMatch(/large\.png is resized to 8×8 \(height × width\): they had 50×50/);
    expect(stderr).toMatch(/grey\.png is grey, taken as colour/);
    const numbers = (...values: number[]): number[] => values.flatMap(value => [0, 0, 0, value]);
    const idx = Uint8Array.from([0, 0, 8, 3, ...numbers(1, 2, 2), 255, 255, 0, 0]);
    const other = hillock(['predict', run, work.file('x-images-idx3-ubyte', idx)]);
    expect(other).toMatchObject({ code: 0, stderr: expect.stringContaining('images of 2×2×1 are brought to 8×8×3') });
    expect(other.stdout).toMatch(/^1,on,/m);
  });

  test('--image-size holds for the run: it is looked into and gone on with at that size', () => {
    const small = at('small run');
    const trained = hillock(['train', pictures, ...quick, '--image-size', '4', '--out', small, '--json']);
    expect(trained.events.find(({ event }) => event === 'data')).toMatchObject({ inputs: 48 });
    const looked = hillock(['inspect', small, '--row', '61']);
    expect([looked.code, looked.stderr]).toEqual([0, '']);
    rmSync(join(small, 'model.onnx'));
    const resumed = hillock(['train', '--resume', small, '--json']);
    expect(resumed.events.find(({ event }) => event === 'data')).toMatchObject({ inputs: 48 });
    expect(resumed.code).toBe(0);
    expect(hillock(['train', work.file('t.csv', 'a,b\n1,2\n2,3\n'), '--target', 'b', '--image-size', '4']).code).toBe(
      2,
    );
  });

  test('what cannot be used', async () => {
    const on = at('on.png');
    const broken = work.file('bad.png', 'x');
    const fails = (args: readonly string[], code: number, says: RegExp): void =>
      expect(hillock(args)).toMatchObject({ code, stderr: expect.stringMatching(says) });
    fails(['train', pictures, ...quick, '--stream'], 2, /holds images: --stream is for tables/);
    fails(['predict', run, broken], 3, /bad\.png cannot be read: not a picture/);
    fails(['predict', run, at('no.png')], 3, /there is no file .*no\.png/);
    fails(['predict', run, on, pictures], 2, /each must be a file of a picture; .*lamps is a folder/);
    fails(['predict', run], 2, /<source> is required/);
    fails(['train', at('flat'), '--out', at('x')], 3, /holds images without labels/);
    fails(['train', join(pictures, 'test', 'on'), '--out', at('x')], 3, /holds images without labels/);
    await picture(at('single', 'on', '1.png'), true);
    fails(['train', at('single'), '--out', at('x')], 3, /all images of .*single are of one class, 'on'/);
  });

  test('without sharp: exit code 6 and what to install; other images are read all the same', () => {
    const hooks = `export async function resolve(name, context, next) {
      if (name === 'sharp') throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(name, context);
    }`;
    const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}` };
    const { code, stderr } = hillock(['predict', run, at('on.png')], env);
    expect([code, stderr]).toEqual([6, expect.stringContaining('the package sharp, which is not installed')]);
    expect(stderr).toContain('npm install sharp');
    expect(hillock(['data', 'show', 'demo:digits'], env).code).toBe(0);
  });
});

test('CIFAR-100: fine labels, or the coarse ones with --target', () => {
  const folder = at('cifar');
  mkdirSync(folder);
  for (const [name, count] of [
    ['train.bin', 60],
    ['test.bin', 20],
  ] as const) {
    const bytes = Buffer.alloc(3074 * count);
    for (let i = 0; i < count; i++) bytes.set([i % 20, i % 5], 3074 * i);
    writeFileSync(join(folder, name), bytes);
  }
  writeFileSync(join(folder, 'coarse_label_names.txt'), Array.from({ length: 20 }, (_, k) => `group ${k}`).join('\n'));
  const coarse = at('coarse run');
  const trained = hillock(['train', folder, '--target', 'coarse', ...quick, '--out', coarse]);
  expect(trained.code).toBe(0);
  expect(trained.stdout).toMatch(/predict coarse \(multiclass: 20 classes/);
  expect(trained.stdout).toContain('--target fine takes the 100 fine ones');
  expect(hillock(['evaluate', coarse, folder, '--json']).events.at(-1)).toMatchObject({ rows: 20, target: 'coarse' });
  expect(hillock(['train', folder, '--target', 'course', '--out', at('y')])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean --target coarse?'),
  });
});

test('a test image whose label no training image has', () => {
  const folder = at('labels');
  mkdirSync(folder);
  const numbers = (...values: number[]): number[] => values.flatMap(value => [0, 0, 0, value]);
  for (const [part, labels] of [
    ['train', [0, 1, 0, 1]],
    ['t10k', [0, 7]],
  ] as const) {
    const images = [0, 0, 8, 3, ...numbers(labels.length, 2, 2), ...new Array<number>(4 * labels.length).fill(1)];
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), Uint8Array.from(images));
    writeFileSync(
      join(folder, `${part}-labels-idx1-ubyte`),
      Uint8Array.from([0, 0, 8, 1, ...numbers(labels.length), ...labels]),
    );
  }
  expect(hillock(['train', folder, '--out', at('z')])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("hold the class '7', the training images do not"),
  });
});

describe('data get', () => {
  const cache = { HILLOCK_CACHE: at('cache') };

  test('a name that is not fetched, or not known', () => {
    expect(hillock(['train', 'cifar10'], cache)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('get it with: hillock data get cifar10'),
    });
    expect(hillock(['data', 'get', 'mnits'], cache)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no data set 'mnits'"),
    });
    expect(hillock(['data', 'get', 'fashion-mnit'], cache).stderr).toContain("did you mean 'fashion-mnist'?");
    expect(hillock(['data', 'list', '--from', 'x'], cache).code).toBe(2);
  });

  test('a mirror that holds something else', () => {
    const mirror = at('mirror');
    mkdirSync(mirror);
    writeFileSync(join(mirror, 'cifar-10-binary.tar.gz'), 'not the archive');
    const out = at('fetched');
    expect(hillock(['data', 'get', 'cifar10', '--from', mirror, '--out', out])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('its content is not the published one'),
    });
    expect(readdirSync(out)).toEqual([]);
  });

  test('Ctrl-C keeps what came, with exit code 130', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': 9912422 });
      response.write(new Uint8Array(50_000));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const out = at('interrupted');
    const part = join(out, 'train-images-idx3-ubyte.gz.part');
    const bin = fileURLToPath(new URL('../../bin/hillock.js', import.meta.url));
    const child = spawn(process.execPath, [bin, 'data', 'get', 'mnist', '--from', from, '--out', out], { cwd: root });
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += String(chunk);
    });
    const waiting = setInterval(() => {
      if (!existsSync(part) || statSync(part).size < 50_000) return;
      clearInterval(waiting);
      child.kill('SIGINT');
    }, 50);
    const code = await new Promise<number | null>(resolve => child.once('close', resolve));
    server.closeAllConnections();
    server.close();
    expect([code, readdirSync(out)]).toEqual([130, ['train-images-idx3-ubyte.gz.part']]);
    expect(stderr).toContain('the same command goes on where it stopped');
  });

  test.skipIf(realData === undefined)('MNIST from a folder: its name is a source from then on', () => {
    const got = hillock(['data', 'get', 'mnist', '--from', join(realData!, 'mnist'), '--json'], cache);
    expect(got.events.at(-1)).toMatchObject({
      event: 'result',
      name: 'mnist',
      folder: join(cache.HILLOCK_CACHE, 'mnist'),
    });
    expect(hillock(['data', 'list'], cache).stdout).toMatch(/^mnist .* is here$/m);
    expect(hillock(['data', 'show', 'mnist'], cache).stdout).toContain('60,000 images of 28×28×1, 10,000 more to test');
    const beside = at('beside');
    mkdirSync(join(beside, 'mnist'), { recursive: true });
    expect(hillockIn(beside, ['data', 'show', 'mnist']).stderr).toContain('mnist is a folder without data');
  });
});
