import { expect, test } from 'vitest';
import { type Standing, standing } from './standing.ts';

/** A clock that is set by hand. */
function clock(most: number): { readonly of: Standing; at(time: number): void } {
  let time = 0;
  const at = (given: number): void => {
    time = given;
  };
  return { of: standing(most, () => time), at };
}

test('a queue stands when even the quickest answer of an interval was late', () => {
  const { of, at } = clock(60);
  expect(of.stands()).toBe(false);
  at(10);
  of.answered(90);
  expect(of.stands()).toBe(false);
  at(120);
  expect(of.stands()).toBe(true);
  of.answered(80);
  of.answered(5);
  at(230);
  expect(of.stands()).toBe(false);
});

test('one quick answer tells that it was a burst', () => {
  const { of, at } = clock(60);
  for (const took of [300, 200, 59]) of.answered(took);
  at(101);
  expect(of.stands()).toBe(false);
});

test('it is remembered while nothing is answered, but not for ever', () => {
  const { of, at } = clock(60);
  of.answered(400);
  at(150);
  expect(of.stands()).toBe(true);
  at(900);
  expect(of.stands()).toBe(true);
  at(1300);
  expect(of.stands()).toBe(false);
});

test('a slow model is not a queue', () => {
  const { of, at } = clock(60);
  of.ran(100);
  of.answered(300);
  at(150);
  expect(of.stands()).toBe(false);
  of.answered(500);
  at(300);
  expect(of.stands()).toBe(true);
});
