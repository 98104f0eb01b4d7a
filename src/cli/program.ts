import { Argument as CommanderArgument, Command as CommanderCommand, CommanderError, Option } from 'commander';
import { HillockError } from '../errors.ts';
import { type Command, type Given, kebab } from './command.ts';
import type { Parameter } from './parameters.ts';
import { type Style, styled, type Terminal } from './terminal.ts';

/** What the command line asks for. */
export type Request =
  | { readonly do: 'run'; readonly command: Command; readonly given: Given }
  | { readonly do: 'print'; readonly text: string };

/** What every command understands. */
export const globalOptions = { json: 'print newline-delimited JSON events; the last one is the result' } as const;

/** Reads the arguments of a command line; throws a usage error, with the nearest name as its hint. */
export function parse(
  argv: readonly string[],
  commands: readonly Command[],
  version: string,
  screen: Terminal,
): Request {
  let request: Request | undefined;
  let printed = '';
  const program = new CommanderCommand('hillock')
    .description('From one artificial neuron to a trained, understood and deployed neural network.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--json', globalOptions.json)
    .exitOverride()
    .configureOutput({
      writeOut: text => {
        printed += text;
      },
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => screen.columns,
      getOutHasColors: () => screen.colour,
    })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: title => styled(title, 'bold', screen),
      styleCommandText: name => styled(name, 'cyan', screen),
      styleOptionText: name => styled(name, 'cyan', screen),
    })
    .addHelpText('after', exitCodeHelp);
  for (const command of commands) {
    declare(program, command, screen, given => {
      request = { do: 'run', command, given };
    });
  }
  try {
    program.parse(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error);
  }
  return request ?? { do: 'print', text: printed.trimEnd() };
}

const exitCodeHelp = `
Exit codes: 0 ok, 1 unexpected, 2 usage, 3 data or schema, 4 model file, 5 diverged, 6 device or engine not available,
7 target metric not reached, 130 interrupted.`;

function declare(program: CommanderCommand, command: Command, screen: Terminal, chosen: (given: Given) => void): void {
  const declared = program.command(command.name).summary(command.summary);
  declared.description(command.details ? `${command.summary}.\n\n${command.details}` : `${command.summary}.`);
  const names = Object.keys(command.arguments);
  for (const name of names) {
    const { summary, required, repeatable, fallback } = command.arguments[name]!;
    const dots = repeatable ? '...' : '';
    const shape = required ? `<${name}${dots}>` : `[${name}${dots}]`;
    declared.addArgument(new CommanderArgument(shape, described(summary, fallback)));
  }
  for (const [name, parameter] of Object.entries(command.options)) declared.addOption(optionOf(name, parameter));
  if (command.examples.length > 0) declared.addHelpText('after', exampleHelp(command, screen));
  declared.action(() => {
    const options = declared.opts<Record<string, string[]>>();
    const args = names.map((name, i): [string, string[]] => [name, [declared.processedArgs[i] ?? []].flat()]);
    chosen({ args: Object.fromEntries(args), options });
  });
}

function optionOf(name: string, { summary, value, fallback, required, repeatable }: Parameter<unknown>): Option {
  const notes = [required && 'required', repeatable && 'may be repeated'].filter(Boolean).join(', ');
  const text = described(notes ? `${summary} (${notes})` : summary, fallback);
  const option = new Option(value ? `--${kebab(name)} <${value}>` : `--${kebab(name)}`, text);
  if (value) option.argParser((given: string, before: string[] | undefined) => [...(before ?? []), given]);
  return value ? option : option.preset('true').argParser(() => ['true']);
}

function described(summary: string, fallback: string | undefined): string {
  return fallback === undefined ? summary : `${summary} (default: ${fallback})`;
}

function exampleHelp({ examples }: Command, screen: Terminal): string {
  const style = (text: string, how: Style): string => styled(text, how, screen);
  const lines = examples.flatMap(({ line, shows }) => [`  ${style(`# ${shows}`, 'dim')}`, `  ${line}`]);
  return `\n${style('Examples:', 'bold')}\n${lines.join('\n')}`;
}

function usageError({ message }: CommanderError): HillockError {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const near = rest.join(' ').match(/\(Did you mean (.*)\?\)/)?.[1];
  const what = first.replace(/\.$/, '');
  return new HillockError(
    'usage',
    what === '(outputHelp)' ? 'no command given' : what,
    near && `did you mean ${near}?`,
  );
}
