import { expect, test } from 'vitest';
import type { Images } from './images.ts';
import { readSource } from './source.ts';
import { findSynthetic, makeSynthetic, synthetics } from './synthetic.ts';
import { column, missingCount, select, type Table, toRecords } from './table.ts';

test.each(synthetics.map(set => set.name))('demo:%s is the same for the same seed and another for another', name => {
  const data = makeSynthetic(`demo:${name}`);
  expect(makeSynthetic(`demo:${name}`).fingerprint).toBe(data.fingerprint);
  expect(makeSynthetic(`demo:${name}`, 2).fingerprint).not.toBe(data.fingerprint);
  expect(data.source).toBe(`demo:${name}`);
  if (data.kind === 'table') expect(data.target).toBe(findSynthetic(name).target);
});

test('digits: 3000 images, told apart by their nearest neighbour', () => {
  const { rows, shape, pixels, labels } = makeSynthetic('demo:digits') as Images;
  expect([rows, shape]).toEqual([3000, [12, 12, 1]]);
  const known = 2000;
  let right = 0;
  for (let row = 2900; row < 3000; row++) {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let other = 0; other < known; other++) {
      let distance = 0;
      for (let i = 0; i < 144; i++) distance += (pixels[row * 144 + i]! - pixels[other * 144 + i]!) ** 2;
      if (distance < least) [least, nearest] = [distance, other];
    }
    if (labels![nearest] === labels![row]) right++;
  }
  expect(right).toBeGreaterThanOrEqual(90);
});

test('obesity: missing cells, two classes that body mass index nearly decides', () => {
  const table = makeSynthetic('demo:obesity') as Table;
  expect(missingCount(column(table, 'activity'))).toBeGreaterThan(20);
  const records = toRecords(table);
  const agree = records.filter(
    r => Number(r.get('weight')) / Number(r.get('height')) ** 2 >= 30 === (r.get('obese') === 'yes'),
  );
  expect(agree.length / records.length).toBeGreaterThan(0.93);
  const obese = records.filter(r => r.get('obese') === 'yes').length / records.length;
  expect(obese).toBeGreaterThan(0.25);
  expect(obese).toBeLessThan(0.5);
});

test('readSource gives images for digits and a table for the rest; select keeps levels', async () => {
  expect(await readSource('demo:digits')).toMatchObject({ kind: 'images-split', train: { rows: 3000 } });
  const houses = await readSource('demo:houses', { target: 'rooms', seed: 3 });
  expect(houses).toMatchObject({ kind: 'table', target: 'rooms' });
  const part = select(houses as Table, [5, 0]);
  expect(toRecords(part)[1]).toEqual(toRecords(houses as Table, 0, 1)[0]);
  expect(column(part, 'district')).toHaveProperty('levels.length', 6);
});
