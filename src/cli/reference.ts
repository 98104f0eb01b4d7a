import { type CommandEntry, kebab } from './command.ts';
import type { Parameter } from './parameters.ts';

/** The reference of the command line in Markdown, made from the commands' own records. */
export async function commandReference(entries: readonly CommandEntry[]): Promise<string> {
  const sections = await Promise.all(entries.map(section));
  return `${sections.join('\n\n')}\n`;
}

async function section({ name, summary, load }: CommandEntry): Promise<string> {
  const command = await load();
  const args = Object.entries(command.arguments);
  const options = Object.entries(command.options);
  const usage = [
    'hillock',
    name,
    ...args.map(([key, { required }]) => (required ? `<${kebab(key)}>` : `[${kebab(key)}]`)),
  ];
  const lines = [`## ${usage.join(' ')}`, '', `${summary}.`];
  if (command.details) lines.push('', command.details);
  if (args.length > 0)
    lines.push('', '| argument | what it is |', '|---|---|', ...args.map(([key, p]) => row(kebab(key), p)));
  if (options.length > 0) {
    const shown = ([key, p]: [string, Parameter<unknown>]): string => {
      return row(p.value ? `--${kebab(key)} ${p.value}` : `--${kebab(key)}`, p);
    };
    lines.push('', '| option | what it does |', '|---|---|', ...options.map(shown));
  }
  for (const { line, shows } of command.examples) lines.push('', `${capitalised(shows)}:`, '', '```', line, '```');
  return lines.join('\n');
}

function row(shape: string, { summary, fallback, required, repeatable }: Parameter<unknown>): string {
  const notes = [required && 'required', repeatable && 'may be repeated', fallback && `default: ${fallback}`].filter(
    Boolean,
  );
  const text = notes.length > 0 ? `${summary} (${notes.join(', ')})` : summary;
  return `| \`${shape.replaceAll('|', '\\|')}\` | ${text.replaceAll('|', '\\|')} |`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
