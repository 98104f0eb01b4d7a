import { Argument as CommanderArgument, Command as CommanderCommand, CommanderError, Option } from 'commander';
import { HillockError } from '../errors.ts';
import { type Command, type CommandEntry, type Given, kebab } from './command.ts';
import type { Parameter } from './parameters.ts';
import { type Style, styled, type Terminal } from './terminal.ts';

/** What the command line asks for. */
export type Request =
  | { readonly do: 'run'; readonly name: string; readonly command: Command; readonly given: Given }
  | { readonly do: 'print'; readonly text: string };

/** Reads the arguments of a command line, loading the command they name; throws a usage error, the nearest name as its hint. */
export async function parse(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  version: string,
  screen: Terminal,
): Promise<Request> {
  let request: Request | undefined;
  let printed = '';
  const program = new CommanderCommand('hillock')
    .description('From one artificial neuron to a trained, understood and deployed neural network.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--json', 'print newline-delimited JSON events; the last one is the result')
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
  const named = commandWord(argv);
  for (const entry of commands) {
    const declared = program.command(entry.name).summary(entry.summary).usage('[options]');
    if (entry.name !== named) continue;
    const command = await entry.load();
    declare(declared, entry, command, screen, given => {
      request = { do: 'run', name: entry.name, command, given };
    });
  }
  try {
    program.parse(argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, named, commands);
  }
  return request ?? { do: 'print', text: printed.trimEnd() };
}

const exitCodeHelp = `
Exit codes: 0 ok, 1 unexpected, 2 usage, 3 data or schema, 4 model file,
5 diverged, 6 device or engine not available, 7 target metric not reached,
130 interrupted.`;

/** The command that a command line names, itself or after `help`; options before it take no values. */
function commandWord(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter(word => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

function declare(
  declared: CommanderCommand,
  { summary }: CommandEntry,
  command: Command,
  screen: Terminal,
  chosen: (given: Given) => void,
): void {
  declared
    .description(command.details ? `${summary}.\n\n${command.details}` : `${summary}.`)
    .allowExcessArguments(true);
  const names = Object.keys(command.arguments);
  declared.usage(['[options]', ...names.map(name => argumentShape(name, command.arguments[name]!))].join(' '));
  for (const name of names) {
    const parameter = command.arguments[name]!;
    const optional = argumentShape(name, { ...parameter, required: false });
    declared.addArgument(new CommanderArgument(optional, described(parameter.summary, parameter.fallback)));
  }
  for (const [name, parameter] of Object.entries(command.options)) declared.addOption(optionOf(name, parameter));
  if (command.examples.length > 0) declared.addHelpText('after', exampleHelp(command, screen));
  declared.action(() => {
    const options = Object.fromEntries(
      Object.entries(declared.opts<Record<string, string[] | boolean>>()).map(([name, texts]) => {
        // Commander stores `--no-baseline` as a `baseline` that is false.
        if (texts === false) return [`no${name.charAt(0).toUpperCase()}${name.slice(1)}`, ['true']];
        return [name, texts === true ? ['true'] : texts];
      }),
    );
    const texts = [...declared.args];
    const args = names.map((name): [string, string[]] => {
      return [name, command.arguments[name]!.repeatable ? texts.splice(0) : texts.splice(0, 1)];
    });
    chosen({ args: Object.fromEntries(args), options, excess: texts });
  });
}

function argumentShape(name: string, { required, repeatable }: Parameter<unknown>): string {
  const dots = repeatable ? '...' : '';
  return required ? `<${kebab(name)}${dots}>` : `[${kebab(name)}${dots}]`;
}

function optionOf(name: string, { summary, value, fallback, required, repeatable }: Parameter<unknown>): Option {
  const notes = [required && 'required', repeatable && 'may be repeated'].filter(Boolean).join(', ');
  const text = described(notes ? `${summary} (${notes})` : summary, fallback);
  const option = new Option(value ? `--${kebab(name)} <${value}>` : `--${kebab(name)}`, text);
  if (value) return option.argParser((given: string, before: string[] | undefined) => [...(before ?? []), given]);
  return option;
}

function described(summary: string, fallback: string | undefined): string {
  return fallback === undefined ? summary : `${summary} (default: ${fallback})`;
}

function exampleHelp({ examples }: Command, screen: Terminal): string {
  const style = (text: string, how: Style): string => styled(text, how, screen);
  const lines = examples.flatMap(({ line, shows }) => [`  ${style(`# ${shows}`, 'dim')}`, `  ${line}`]);
  return `\n${style('Examples:', 'bold')}\n${lines.join('\n')}`;
}

function usageError(error: CommanderError, named: string | undefined, commands: readonly CommandEntry[]): HillockError {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const near = rest.join(' ').match(/\(Did you mean (.*)\?\)/)?.[1];
  const known = commands.some(({ name }) => name === named);
  const help = `see hillock ${known ? `${named} ` : ''}--help`;
  const unnamed = first.startsWith('(') ? 'no command given' : first.replace(/\.$/, '');
  const message = named !== undefined && !known ? `unknown command '${named}'` : unnamed;
  return new HillockError('usage', message, near ? `did you mean ${near}?` : help);
}
