import { describe, expect, test } from 'vitest';
import { type CommandEntry, defineCommand } from './command.ts';
import type { Output } from './output.ts';
import { flag, integer, repeated, required, text, withDefault } from './parameters.ts';
import { parse } from './program.ts';

const screen = { interactive: false, colour: false, unicode: true, columns: 80 };
let seen: unknown;
const copy = defineCommand({
  details: 'Copies one file over others.',
  arguments: { source: required(text('FILE', 'what to copy')), targets: repeated(required(text('FILE', 'where to'))) },
  options: {
    maxTimes: withDefault(integer('N', 'how often', { min: 1 }), 1),
    force: flag('overwrite'),
    noWarning: flag('say nothing'),
    label: text('TEXT', 'a label'),
  },
  examples: [{ line: 'hillock copy a b', shows: 'one copy' }],
  async run({ args, options }) {
    seen = { args, options };
    return args.source === 'none' ? 'data' : undefined;
  },
});
const commands: CommandEntry[] = [
  { name: 'copy', summary: 'Copy a file', load: async () => copy },
  { name: 'other', summary: 'Never loaded', load: () => Promise.reject(new Error('loaded')) },
];

async function run(...argv: string[]): Promise<unknown> {
  const request = await parse(argv, commands, '9.9.9', screen);
  if (request.do === 'print') return request.text;
  return request.command.run(request.given, { out: {} as Output, signal: new AbortController().signal });
}

describe('parse', () => {
  test('reads arguments and options into typed values', async () => {
    expect(await run('copy', 'a', 'b', '--force', 'c', '--max-times=3', '--json')).toBeUndefined();
    expect(seen).toEqual({
      args: { source: 'a', targets: ['b', 'c'] },
      options: { maxTimes: 3, force: true, noWarning: false, label: undefined },
    });
  });

  test('gives what run returns and fills in defaults', async () => {
    expect(await run('--json', 'copy', 'none', 'b')).toBe('data');
    expect(seen).toMatchObject({ options: { maxTimes: 1, force: false } });
  });

  test('reads a flag that begins with no-', async () => {
    await run('copy', 'a', 'b', '--no-warning');
    expect(seen).toMatchObject({ options: { noWarning: true, force: false } });
  });

  test('takes what follows -- as arguments', async () => {
    await run('copy', '--label', '-5', '--', '--force', 'b');
    expect(seen).toMatchObject({ args: { source: '--force', targets: ['b'] }, options: { label: '-5', force: false } });
  });

  test.each<[string[], string, string]>([
    [['cpoy'], "unknown command 'cpoy'", 'did you mean copy?'],
    [['zzz'], "unknown command 'zzz'", 'see hillock --help'],
    [['help', 'zzz'], "unknown command 'zzz'", 'see hillock --help'],
    [['copy', 'a', 'b', '--focre'], "unknown option '--focre'", 'did you mean --force?'],
    [['copy', 'a', 'b', '--label'], "option '--label <TEXT>' argument missing", 'see hillock copy --help'],
    [['--json'], 'no command given', 'see hillock --help'],
  ])('%j is refused', async (argv, message, hint) => {
    await expect(run(...argv)).rejects.toMatchObject({ kind: 'usage', message, hint });
  });

  test.each([
    [['copy'], '<source> is required'],
    [['copy', 'a'], '<targets> is required'],
    [['copy', 'a', 'b', '--max-times', '0'], '--max-times must be at least 1, not 0'],
    [['copy', 'a', 'b', '--label', 'x', '--label', 'y'], '--label is given more than once'],
  ])('%j is refused when it is read', async (argv, message) => {
    await expect(run(...argv)).rejects.toMatchObject({ kind: 'usage', message });
  });

  test('prints the version', async () => {
    expect(await run('--version')).toBe('9.9.9');
  });

  test.each([[[]], [['--help']], [['help']]])(
    'prints the list of commands for %j, without loading them',
    async argv => {
      expect(await run(...argv)).toContain('copy            Copy a file\n  other           Never loaded');
    },
  );

  test.each([[['copy', '--help']], [['help', 'copy']]])('prints the help of a command for %j', async argv => {
    expect(await run(...argv)).toMatchInlineSnapshot(`
      "Usage: hillock copy [options] <source> <targets...>

      Copy a file.

      Copies one file over others.

      Arguments:
        source           what to copy
        targets          where to

      Options:
        --max-times <N>  how often (default: 1)
        --force          overwrite
        --no-warning     say nothing
        --label <TEXT>   a label
        -h, --help       print this help

      Global Options:
        -V, --version    print the version
        --json           print newline-delimited JSON events; the last one is the
                         result

      Examples:
        # one copy
        hillock copy a b"
    `);
  });
});
