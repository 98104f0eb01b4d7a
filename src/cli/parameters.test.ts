import { describe, expect, test } from 'vitest';
import {
  choice,
  flag,
  integer,
  integers,
  list,
  number,
  numbers,
  type Parameter,
  repeated,
  required,
  text,
  withDefault,
} from './parameters.ts';

const accepted: [string, Parameter<unknown>, string[], unknown][] = [
  ['a flag', flag('f'), ['true'], true],
  ['a flag not given', flag('f'), [], false],
  ['text', text('T', 't'), ['a b'], 'a b'],
  ['text not given', text('T', 't'), [], undefined],
  ['a list', list('L', 'l'), ['a, b,c'], ['a', 'b', 'c']],
  ['a negative number', number('N', 'n'), ['-0.5'], -0.5],
  ['a number without a whole part', number('N', 'n'), ['+.5'], 0.5],
  ['scientific notation', number('N', 'n'), ['1.5E-3'], 0.0015],
  ['a typographic minus', number('N', 'n'), ['−2'], -2],
  ['numbers', numbers('N', 'n'), ['-0.5,0.3, 1e3'], [-0.5, 0.3, 1000]],
  ['a whole number', integer('N', 'n', { min: 1 }), ['1'], 1],
  ['whole numbers', integers('N', 'n', { min: 1 }), ['64,32'], [64, 32]],
  ['a choice', choice('C', ['adam', 'sgd'], 'c'), ['sgd'], 'sgd'],
  ['a default', withDefault(number('N', 'n'), 7), [], 7],
  ['a default overridden', withDefault(number('N', 'n'), 7), ['8'], 8],
  ['a repeated option', repeated(numbers('N', 'n')), ['1,2', '3'], [[1, 2], [3]]],
  ['a repeated option not given', repeated(numbers('N', 'n')), [], []],
];

const refused: [string, Parameter<unknown>, string[], string, string?][] = [
  ['a word', number('N', 'n'), ['abc'], 'is not a number: "abc"'],
  ['nothing', number('N', 'n'), [''], 'is not a number: ""'],
  ['hexadecimal', number('N', 'n'), ['0x10'], 'is not a number: "0x10"'],
  ['infinity', number('N', 'n'), ['Infinity'], 'must be finite, not "Infinity"'],
  ['overflow', number('N', 'n'), ['1e999'], 'must be finite, not "1e999"'],
  ['one bad item', numbers('N', 'n'), ['1,x,3'], 'item 2 is not a number: "x"'],
  ['an empty item', numbers('N', 'n'), ['1,,3'], 'item 2 of "1,,3" is empty'],
  [
    'the next option as value',
    numbers('N', 'n'),
    ['--inputs'],
    'item 1 is not a number: "--inputs"',
    'is the value before --inputs missing?',
  ],
  ['a fraction', integer('N', 'n'), ['1.5'], 'must be a whole number, not "1.5"'],
  ['too small', integer('N', 'n', { min: 1 }), ['0'], 'must be at least 1, not 0'],
  ['too large', number('N', 'n', { max: 1 }), ['2'], 'must be at most 1, not 2'],
  ['outside', number('N', 'n', { min: 0, max: 1 }), ['2'], 'must be between 0 and 1, not 2'],
  ['a slip', choice('C', ['adam', 'sgd'], 'c'), ['adm'], '"adm" is not one of adam, sgd', 'did you mean adam?'],
  ['twice', text('T', 't'), ['a', 'b'], 'is given more than once'],
  ['missing', required(text('T', 't')), [], 'is required'],
  ['missing, repeatable', repeated(required(text('T', 't'))), [], 'is required'],
];

describe('parameters', () => {
  test.each(accepted)('%s', (_, parameter, texts, value) => {
    expect(parameter.read(texts)).toEqual(value);
  });

  test.each(refused)('refuse %s', (_, parameter, texts, message, hint) => {
    const error = expect.objectContaining({ kind: 'usage', message, ...(hint && { hint }) });
    expect(() => parameter.read(texts)).toThrow(error);
  });
});
