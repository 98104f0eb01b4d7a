import { expect, test } from 'vitest';
import { folderNames } from './compare-grid.ts';

test('variants have folders of their own, whatever their texts', () => {
  const all = ['a b', 'a,b', 'A-B', 'c'].map(value => ({
    settings: [['ignore', value] as const],
    options: {} as never,
  }));
  expect(folderNames(all)).toEqual(['ignore-a-b', 'ignore-a-b-2', 'ignore-A-B-3', 'ignore-c']);
});
