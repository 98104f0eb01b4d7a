import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HillockError } from '../errors.ts';
import { failureOf } from './failure.ts';

describe('failureOf', () => {
  test('tells a HillockError as it is, and where help is for a usage error', () => {
    expect(failureOf(new HillockError('data', 'no rows', 'add some'))).toEqual({
      kind: 'data',
      message: 'no rows',
      hint: 'add some',
    });
    expect(failureOf(new HillockError('usage', 'x'), 'train')).toMatchObject({ hint: 'see hillock train --help' });
    expect(failureOf(new HillockError('data', 'x'), 'train').hint).toBeUndefined();
  });

  test('puts a system error into words', () => {
    expect(failureOf(thrown(() => readFileSync('/no/such/file')))).toEqual({
      kind: 'data',
      message: 'no such file or folder: /no/such/file',
      hint: undefined,
    });
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
    expect(failureOf(full)).toMatchObject({ kind: 'data', message: 'the disk is full' });
  });

  test('tells of too little memory', () => {
    const failure = failureOf(thrown(() => new Float64Array(2 ** 53)));
    expect(failure).toMatchObject({ kind: 'data', message: 'this needs more memory than there is' });
  });

  test('asks to report anything else, in one line', () => {
    const failure = failureOf(new TypeError('x is not a function\n    at y'));
    expect(failure).toMatchObject({ kind: 'unexpected', message: 'unexpected: x is not a function' });
    expect(failure.hint).toContain('report');
    expect(failureOf('a word')).toMatchObject({ message: 'unexpected: a word' });
  });
});

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
