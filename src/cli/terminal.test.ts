import { describe, expect, test } from 'vitest';
import { styled, terminalOf, toAscii, withoutControls } from './terminal.ts';

describe('terminalOf', () => {
  const tty = { isTTY: true, columns: 100 };

  test.each<[string, Record<string, string>, boolean]>([
    ['a terminal', {}, true],
    ['NO_COLOR', { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true],
    ['NO_COLOR over FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['a dumb terminal', { TERM: 'dumb' }, false],
  ])('colour with %s', (_, env, colour) => {
    expect(terminalOf(tty, env).colour).toBe(colour);
  });

  test('no colour in a pipe unless forced', () => {
    expect(terminalOf({}, {}).colour).toBe(false);
    expect(terminalOf({}, { FORCE_COLOR: '1' }).colour).toBe(true);
    expect(terminalOf({}, { FORCE_COLOR: '0' }).colour).toBe(false);
  });

  test.each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'de_DE.utf8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
    [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, false],
  ])('unicode with %j: %s', (env, unicode) => {
    expect(terminalOf(tty, env).unicode).toBe(unicode);
  });

  test('is 80 columns wide when nobody knows, and never too narrow to use', () => {
    expect([terminalOf({}, {}), terminalOf(tty, {}), terminalOf({ columns: 5 }, {})].map(t => t.columns)).toEqual([
      80, 100, 40,
    ]);
  });
});

test('control characters go, colours and line ends stay', () => {
  expect(withoutControls('a\x07b\x1b[2Jc\r\n\t\x1b[1md\x1b[0m\x9b')).toBe('ab[2Jc\n\t\x1b[1md\x1b[0m');
});

test('only our own symbols become ASCII', () => {
  expect(toAscii('ŷ = Φ(z) · 日本 … é')).toBe('y = Phi(z) * 日本 ... é');
});

test('styles vanish without colour', () => {
  expect(styled('x', 'red', { colour: false })).toBe('x');
  expect(styled('x', 'red', { colour: true })).toBe('\x1b[31mx\x1b[0m');
});
