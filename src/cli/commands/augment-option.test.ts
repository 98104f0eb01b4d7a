import { expect, test } from 'vitest';
import { HillockError } from '../../errors.ts';
import { augmentOf } from './augment-option.ts';

test.each([
  ['none', {}],
  ['shift=2', { shift: 2 }],
  ['shift=2, flip ,rotate=7.5,cutout=8', { shift: 2, flip: 'horizontal', rotate: 7.5, cutout: 8 }],
  ['flip=horizontal', { flip: 'horizontal' }],
])('%s', (text, expected) => {
  expect(augmentOf(text)).toEqual(expected);
});

test.each([
  ['shft=2', /no "shft"/, /did you mean shift/],
  ['zoom', /no "zoom"/, /rotate=DEGREES, flip, shift=PIXELS, cutout=PIXELS/],
  ['shift', /shift needs an amount/, /shift=PIXELS/],
  ['shift=1.5', /shift=1.5/, /PIXELS/],
  ['rotate=a', /rotate=a/, /DEGREES/],
  ['rotate=', /rotate=/, /DEGREES/],
  ['flip=vertical', /flip=vertical/, /flip/],
  ['flip,,shift=1', /empty/, /shift=2,flip/],
  ['', /empty/, /none/],
  ['flip,flip', /more than once/, undefined],
  ['none,flip', /no "none"/, undefined],
])('%j is refused in words', (text, message, hint) => {
  let error: unknown;
  try {
    augmentOf(text);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(HillockError);
  const { kind, message: found, hint: advice } = error as HillockError;
  expect(kind).toBe('usage');
  expect(found).toMatch(message);
  if (hint) expect(advice).toMatch(hint);
});
