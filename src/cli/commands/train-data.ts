import type { ImagesSplit, ReadNote, Table } from '../../data/index.ts';
import { formatCount } from '../../format.ts';
import type { TrainEvent } from '../../job/index.ts';
import { type Style, styled, type Terminal } from '../terminal.ts';
import { padRight, singleLine, truncate, wrapped } from '../width.ts';

type DataEvent = Extract<TrainEvent, { event: 'data' }>;

const usedRoles = ['numeric', 'both', 'category', 'date', 'presence'] as const;
const roleWords: Readonly<Record<string, string>> = {
  numeric: 'numbers',
  both: 'numbers and categories',
  category: 'categories',
  date: 'dates',
  presence: 'given or not',
};
const mostNotes = 6;

/** What was read, what was guessed about it, and what a person should look at. */
export function dataText(data: Table | ImagesSplit, event: DataEvent, screen: Terminal): string {
  const strong = (text: string): string => styled(text, 'bold', screen);
  const { target, rows } = event;
  const lines = [
    `${strong(singleLine(event.source))}: ${sizeOf(data)}; predict ${strong(singleLine(target.name))} (${target.task}: ${event.taskReason})`,
    '',
    ...labelled(event.facts.length > 0 ? event.facts : columnGroups(event), screen),
    ...labelled([['split', event.facts.length > 0 ? event.split : splitText(event)]], screen),
  ];
  if (target.task === 'regression' && target.log)
    lines.push(...labelled([['target', 'learned as its logarithm']], screen));
  const alerts = event.warnings.map(({ message }) => flagged('warning', message, 'yellow', screen));
  const told = condensed(event.notes);
  const notes = told.slice(0, mostNotes).map(note => flagged('note', noteText(note), 'dim', screen));
  const more = told.length - mostNotes;
  if (more > 0) notes.push(flagged('note', `${more} more in report.json`, 'dim', screen));
  if (alerts.length + notes.length > 0) lines.push('', ...alerts, ...notes);
  if (rows.test === 0) lines.push(flagged('warning', 'no row is held out for a test', 'yellow', screen));
  return lines.join('\n');
}

const missing = 'read as missing: ';

/** Notes with those of columns where words were read as missing in one. */
export function condensed(notes: readonly ReadNote[]): readonly ReadNote[] {
  const words = notes.filter(({ column, message }) => column !== undefined && message.startsWith(missing));
  if (words.length < 2) return notes;
  const list = words.map(({ column, message }) => `${column} ${message.slice(missing.length)}`).join('; ');
  return [...notes.filter(note => !words.includes(note)), { message: missing + list }];
}

/** A note of a reader with the column and row it is about. */
export function noteText({ column, message }: { readonly column?: string; readonly message: string }): string {
  const about = column === undefined || message.includes(`'${column}'`) ? '' : `${singleLine(column)}: `;
  return `${about}${singleLine(message)}`;
}

function sizeOf(data: Table | ImagesSplit): string {
  if (data.kind === 'table') {
    const columns = data.columns.length;
    return `${formatCount(data.rows)} rows, ${columns} ${columns === 1 ? 'column' : 'columns'}`;
  }
  const { train, test } = data;
  const tested = test ? ` and ${formatCount(test.rows)} to test` : '';
  return `${formatCount(train.rows)} images of ${train.shape.join('×')}${tested}, ${train.classNames.length} classes`;
}

/** What happens to images before they are trained on. */
function imageGroups({ inputs, augment }: DataEvent): (readonly [string, string])[] {
  const varied = Object.entries(augment ?? {}).map(([name, amount]) => `${name} ${amount}`);
  return [
    ['inputs', `${formatCount(inputs)} pixels`],
    ...(varied.length > 0 ? [['varied in each epoch', varied.join(', ')] as const] : []),
  ];
}

function columnGroups(event: DataEvent): (readonly [string, string])[] {
  const { columns, inputs } = event;
  if (columns.length === 0) return imageGroups(event);
  const name = (column: string): string => truncate(singleLine(column), 40);
  const groups = usedRoles.map((role): readonly [string, string] => [
    roleWords[role]!,
    columns
      .filter(decision => decision.role === role)
      .map(({ column }) => name(column))
      .join(', '),
  ]);
  const left = columns.filter(({ role }) => !(usedRoles as readonly string[]).includes(role));
  const shown = left.slice(0, 20).map(({ column, reason }) => `${name(column)} (${reason})`);
  if (left.length > shown.length) shown.push(`and ${left.length - shown.length} more`);
  return [
    ...groups.filter(([, names]) => names !== ''),
    ...(left.length > 0 ? [['left out', shown.join('; ')] as const] : []),
    ['inputs', `${formatCount(inputs)} numbers after encoding`],
  ];
}

function splitText({ rows, split, crossFitted }: DataEvent): string {
  const parts = (['train', 'validation', 'test'] as const)
    .filter(part => rows[part] > 0 && !(crossFitted && part === 'validation'))
    .map(part => `${formatCount(rows[part])} ${part}`);
  return `${parts.join(', ')} (${split})`;
}

const labelColumn = 22;

/** Names and long texts, the texts wrapped in a column of their own. */
export function labelled(entries: readonly (readonly [name: string, text: string])[], screen: Terminal): string[] {
  const width = Math.max(30, Math.min(screen.columns, 110) - labelColumn - 4);
  return entries.flatMap(([name, text]) =>
    wrapped(text, width).map(
      (line, i) => `  ${styled(padRight(i === 0 ? name : '', labelColumn), 'dim', screen)}  ${line}`,
    ),
  );
}

/** A line with a coloured word before it. */
export function flagged(word: string, text: string, style: Style, screen: Terminal): string {
  return `${styled(`${word}:`, style, screen)} ${singleLine(text)}`;
}
