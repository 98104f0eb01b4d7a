import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { random } from '../random.ts';
import { cifarKindOf, cifarKinds, decodeCifar } from './cifar.ts';
import type { ImagesSplit } from './images.ts';
import { readSource, type SourceOptions } from './source.ts';
import { failure, realData, temporaryFiles } from './testing.case.ts';

const write = temporaryFiles();
const [ten, hundred] = cifarKinds as [(typeof cifarKinds)[0], (typeof cifarKinds)[0]];
const plane = 1024;

/** Records whose pixel at (row, column, channel) of image k is a hash of the four. */
const value = (k: number, y: number, x: number, c: number): number => (k * 31 + y * 7 + x * 3 + c * 101) % 256;
function records(labels: readonly (readonly number[])[]): Uint8Array {
  const parts = labels.map((own, k) => {
    const planes = [0, 1, 2].flatMap(c =>
      Array.from({ length: plane }, (_, i) => value(k, Math.floor(i / 32), i % 32, c)),
    );
    return [...own, ...planes];
  });
  return Uint8Array.from(parts.flat());
}

async function images(source: string, options: SourceOptions = {}): Promise<ImagesSplit> {
  const data = await readSource(source, options);
  if (data.kind === 'table') throw new Error('a table');
  return data;
}

async function folderWith(name: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = join(dirname(await write(`${name}.mark`, '')), name);
  await mkdir(folder);
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
  return folder;
}

describe('records', () => {
  test('planes of red, green and blue become pixels of three channels', () => {
    const { pixels, labels } = decodeCifar([{ source: 'x', bytes: records([[3], [9], [0]]) }], ten, ten.labels[0]!);
    expect([...labels]).toEqual([3, 9, 0]);
    for (const [k, y, x, c] of [
      [0, 0, 0, 0],
      [1, 5, 31, 2],
      [2, 31, 31, 1],
      [2, 17, 4, 0],
    ] as const) {
      expect(pixels[((k * 32 + y) * 32 + x) * 3 + c]).toBe(value(k, y, x, c));
    }
  });

  test('any records of either kind, in any number of files, come back as they were written', () => {
    const kinds = fc.constantFrom(ten, hundred);
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        (kind, n, m, seed) => {
          const rng = random(seed);
          const labels = Array.from({ length: n * m }, () => kind.labels.map(({ classes }) => rng.below(classes)));
          const planar = Uint8Array.from({ length: n * m * 3 * plane }, () => rng.below(256));
          const files = Array.from({ length: m }, (_, f) => {
            const rows = Array.from({ length: n }, (_, i) => f * n + i);
            const bytes = rows.flatMap(r => [...labels[r]!, ...planar.subarray(r * 3 * plane, (r + 1) * 3 * plane)]);
            return { source: `f${f}`, bytes: Uint8Array.from(bytes) };
          });
          expect(cifarKindOf(files[0]!.bytes, 'f0')).toBe(kind);
          kind.labels.forEach((label, which) => {
            const decoded = decodeCifar(files, kind, label);
            expect([...decoded.labels]).toEqual(labels.map(own => own[which]));
            const back = new Uint8Array(planar.length);
            decoded.pixels.forEach((byte, i) => {
              const pixel = Math.floor(i / 3);
              back[(Math.floor(pixel / plane) * 3 + (i % 3)) * plane + (pixel % plane)] = byte;
            });
            expect(Buffer.compare(back, planar)).toBe(0);
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  test('bytes of any length are records or an error for people', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20_000 }), length => {
        const bytes = new Uint8Array(length);
        const fits = length > 0 && (length % 3073 === 0 || length % 3074 === 0);
        try {
          cifarKindOf(bytes, 'x');
          expect(fits).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(HillockError);
          expect(fits).toBe(false);
        }
      }),
    );
  });

  test('where both lengths fit the labels tell', () => {
    const both = 3073 * 3074;
    const asTen = new Uint8Array(both).fill(200);
    for (let at = 0; at < both; at += 3073) asTen[at] = 7;
    expect(cifarKindOf(asTen, 'x').name).toBe('CIFAR-10');
    const asHundred = new Uint8Array(both).fill(200);
    for (let at = 0; at < both; at += 3074) asHundred.set([19, 99], at);
    expect(cifarKindOf(asHundred, 'x').name).toBe('CIFAR-100');
    expect(() => cifarKindOf(new Uint8Array(both).fill(200), 'x')).toThrow(/neither CIFAR-10's nor CIFAR-100's/);
  });

  test('a file that is cut off, and a label outside its classes', async () => {
    const cut = await failure(images(await write('cut.bin', records([[1], [2]]).subarray(0, 5000))));
    expect([cut.kind, cut.message]).toEqual(['data', expect.stringMatching(/1 of CIFAR-10 .* and 1927 bytes more/)]);
    const wrong = await failure(images(await write('wrong.bin', records([[1], [10]]))));
    expect([wrong.kind, wrong.message]).toEqual([
      'data',
      expect.stringMatching(/wrong\.bin: record 2 has the label 10, CIFAR-10 has 0 to 9/),
    ]);
    const coarse = await write('coarse.bin', records([[20, 0]]));
    expect((await failure(images(coarse, { label: 'coarse' }))).message).toMatch(/record 1 has the coarse label 20/);
    expect((await images(coarse)).train.labels).toEqual(Int32Array.of(0));
  });
});

const names = Array.from({ length: 10 }, (_, k) => `kind ${k}`);

describe('files', () => {
  test('the official names, in the order of their numbers, with class names', async () => {
    const folder = await folderWith('official', {
      'data_batch_10.bin': records([[5]]),
      'data_batch_2.bin': records([[4]]),
      'data_batch_1.bin.gz': gzipSync(records([[1], [2]])),
      'test_batch.bin': records([[9]]),
      'batches.meta.txt': `${names.join('\n')}\n\n`,
      'readme.html': '<p>',
    });
    const { train, test: held, ...split } = await images(folder);
    expect(split).toEqual({ kind: 'images-split', source: folder });
    expect([...train.labels!]).toEqual([1, 2, 4, 5]);
    expect([...held!.labels!]).toEqual([9]);
    expect([train.shape, train.classNames, train.notes]).toEqual([[32, 32, 3], names, []]);
  });

  test('other names of parts, a packed copy beside a file, and no class names', async () => {
    const folder = await folderWith('parts', {
      'train_3.bin': records([[1], [2], [3]]),
      'train_3.bin.gz': gzipSync(records([[1], [2], [3]])),
      'test_1.bin.gz': gzipSync(records([[4]])),
    });
    const { train, test: held } = await images(folder);
    expect([train.rows, held!.rows, train.classNames[9]]).toEqual([3, 1, '9']);
    expect(train.notes.map(({ message }) => message)).toEqual([expect.stringMatching(/no batches\.meta\.txt/)]);
  });

  test('CIFAR-100: fine labels unless coarse ones are asked for', async () => {
    const folder = await folderWith('hundred', {
      'train.bin': records([
        [19, 99],
        [3, 7],
      ]),
      'test.bin': records([[0, 50]]),
      'fine_label_names.txt': Array.from({ length: 100 }, (_, k) => `f${k}`).join('\r\n'),
      'coarse_label_names.txt': Array.from({ length: 20 }, (_, k) => `c${k}`).join('\n'),
    });
    const fine = await images(folder);
    expect([fine.target, [...fine.train.labels!], fine.train.classNames[99]]).toEqual(['fine', [99, 7], 'f99']);
    expect(fine.train.notes[0]!.message).toMatch(/the 100 fine classes; --target coarse takes the 20/);
    const coarse = await images(folder, { label: 'coarse' });
    expect([coarse.target, [...coarse.test!.labels!], coarse.train.classNames.length]).toEqual(['coarse', [0], 20]);
    const wrong = await failure(images(folder, { label: 'corse' }));
    expect([wrong.kind, wrong.hint]).toEqual(['usage', 'did you mean --target coarse?']);
  });

  test('a file alone, with the class names beside it', async () => {
    const folder = await folderWith('alone', {
      'test_batch.bin.gz': gzipSync(records([[4], [5]])),
      'batches.meta.txt': names.join('\n'),
    });
    const { train, test: held } = await images(join(folder, 'test_batch.bin.gz'));
    expect([train.rows, train.classNames[4], held]).toEqual([2, 'kind 4', undefined]);
  });

  test('two kinds in one folder, and class names that do not fit', async () => {
    const mixed = await folderWith('mixed', { 'train.bin': records([[1]]), 'train_2.bin': records([[1, 2]]) });
    expect((await failure(images(mixed))).message).toMatch(
      /records of CIFAR-100, .*CIFAR-10$|records of CIFAR-10, .*CIFAR-100$/,
    );
    const few = await folderWith('few', { 'train.bin': records([[1]]), 'batches.meta.txt': 'a\nb\n' });
    expect((await failure(images(few))).message).toMatch(/has 2 different class names, expected 10/);
  });

  test('the archive as it is downloaded', async () => {
    const inner = await folderWith('cifar-10-batches-bin', {
      'batches.meta.txt': names.join('\n'),
      'data_batch_1.bin': records([[6], [1]]),
      'data_batch_2.bin': records([[7]]),
      'test_batch.bin': records([[8]]),
      'readme.html': 'x'.repeat(2000),
    });
    const folder = await folderWith('archive', {});
    const archive = join(folder, 'cifar-10-binary.tar.gz');
    execFileSync('tar', ['-czf', archive, '-C', dirname(inner), 'cifar-10-batches-bin']);
    const own = await images(inner);
    for (const source of [archive, folder]) {
      const { train, test: held } = await images(source);
      expect([train.fingerprint, held!.fingerprint]).toEqual([own.train.fingerprint, own.test!.fingerprint]);
    }
    const packed = await readFile(archive);
    const cut = await write('cut.tar.gz', packed.subarray(0, packed.length - 200));
    expect((await failure(images(cut))).message).toMatch(/gzip file is cut off/);
    const short = await write('short.tar', gunzipSync(packed).subarray(0, 6000));
    expect((await failure(images(short))).message).toMatch(/is cut off inside the archive/);
    const noise = await write('noise.tar', new Uint8Array(4096).fill(65));
    expect((await failure(images(noise))).message).toMatch(/is not a valid tar archive/);
    const python = join(folder, 'python.tar.gz');
    execFileSync('tar', ['-czf', python, '-C', inner, 'readme.html']);
    expect((await failure(images(python))).message).toMatch(/holds no CIFAR records/);
  });
});

describe.skipIf(realData === undefined)('real subsets', () => {
  test('CIFAR-10: pixels, classes and counts', async () => {
    const folder = join(realData!, 'cifar10');
    const { train, test: held } = await images(folder);
    expect([train.rows, held!.rows, train.classNames]).toEqual([
      10000,
      2000,
      ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    ]);
    for (const [part, each] of [
      [train, 1000],
      [held!, 200],
    ] as const) {
      expect(part.classNames.map((_, k) => part.labels!.filter(label => label === k).length)).toEqual(
        new Array(10).fill(each),
      );
    }
    const raw = gunzipSync(await readFile(join(folder, 'train_10000.bin.gz')));
    for (const [k, y, x, c] of [
      [0, 0, 0, 0],
      [9999, 31, 31, 2],
      [1234, 7, 29, 1],
    ] as const) {
      expect(train.pixels[((k * 32 + y) * 32 + x) * 3 + c]).toBe(raw[k * 3073 + 1 + c * 1024 + y * 32 + x]);
    }
  });

  test('CIFAR-100: 20 and 5 images of each fine class, 100 and 25 of each coarse one', async () => {
    const folder = join(realData!, 'cifar100');
    for (const [label, classes, each, held] of [
      ['fine', 100, 20, 5],
      ['coarse', 20, 100, 25],
    ] as const) {
      const split = await images(folder, { label });
      for (const [part, count] of [
        [split.train, each],
        [split.test!, held],
      ] as const) {
        expect(part.classNames.map((_, k) => part.labels!.filter(value => value === k).length)).toEqual(
          new Array(classes).fill(count),
        );
      }
    }
  });
});
