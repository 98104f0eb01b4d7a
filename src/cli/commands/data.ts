import type { Images, ImagesSplit, Table } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import { formatCount, formatPercent } from '../../format.ts';
import { defineCommand } from '../command.ts';
import type { Output } from '../output.ts';
import { choice, integer, required, text } from '../parameters.ts';
import { table } from '../table.ts';
import { styled, type Terminal } from '../terminal.ts';
import { readGiven } from './source.ts';
import { condensed, flagged, noteText } from './train-data.ts';
import { modelParameters } from './train-options.ts';

/** `hillock data`: sets that are built in or can be fetched, and what is in a source. */
export const data = defineCommand({
  details:
    'list: the data sets that are built in, those that can be fetched, and the kinds of files that are read. show: every ' +
    'column of a source with its type, what it would be used as and why, what is missing, how many values differ, and the ' +
    'first rows; of images the size, the classes and how many there are of each. get: fetches a public data set from the ' +
    'places that publish it into a cache (HILLOCK_CACHE, or hillock in XDG_CACHE_HOME, or ~/.cache/hillock), checks it and ' +
    'goes on where an earlier try stopped; from then on its name is a source.',
  arguments: {
    action: required(choice('ACTION', ['list', 'show', 'get'], 'what to do')),
    source: text(
      'SOURCE',
      'for show: a file, a folder of images, or a name like demo:houses; for get: mnist, fashion-mnist, cifar10 or cifar100',
    ),
  },
  options: {
    target: text('COL', 'the column that would be predicted; of CIFAR-100: fine or coarse'),
    rows: integer('N', 'rows of the preview (default: 5)', { min: 0, max: 1000 }),
    imageSize: modelParameters.imageSize,
    from: text('DIR|URL', 'get: a folder, or the address of one, that holds the files as they were published'),
    out: text('DIR', 'get: where they go instead of the cache'),
  },
  examples: [
    { line: 'hillock data list', shows: 'what is built in, what can be fetched and what can be read' },
    { line: 'hillock data show people.csv --target salary', shows: 'what training would make of a file' },
    { line: 'hillock data get mnist', shows: 'fetch a public data set; then: hillock train mnist' },
    { line: 'hillock data get mnist --from /mnt/mirror/mnist', shows: 'without the internet' },
  ],
  async run(invocation) {
    const { args, options, out } = invocation;
    const { from, out: folder } = options;
    if (args.action !== 'get' && (from !== undefined || folder !== undefined)) {
      throw new HillockError('usage', `--${from === undefined ? 'out' : 'from'} goes with hillock data get`);
    }
    if (args.action === 'get') await (await import('./data-get.ts')).get(args.source, { from, folder }, invocation);
    else if (args.action === 'list') await (await import('./data-list.ts')).list(out);
    else await show(args.source, options, out);
    return undefined;
  },
});

async function show(
  source: string | undefined,
  options: {
    readonly target: string | undefined;
    readonly rows: number | undefined;
    readonly imageSize: number | undefined;
  },
  out: Output,
): Promise<void> {
  if (source === undefined) throw new HillockError('usage', 'which source should be shown?', 'hillock data show FILE');
  const read = await readGiven(source, options, out);
  if (read.kind === 'table') await showTable(read, options.target ?? read.target, options.rows ?? 5, out);
  else showImages(read, out);
}

async function showTable(read: Table, target: string | undefined, preview: number, out: Output): Promise<void> {
  const { column, toRecords } = await import('../../data/index.ts');
  const { tableReport } = await import('../../features/index.ts');
  if (target !== undefined) column(read, target);
  const { columns, warnings, problem } = tableReport(read, target);
  const records = toRecords(read, 0, preview);
  const names = read.columns.map(({ name }) => name);
  const fields = {
    source: read.source,
    rows: read.rows,
    fingerprint: read.fingerprint,
    target: target ?? null,
    columns,
    notes: read.notes.slice(0, 200),
    warnings,
    preview: records.map(record => names.map(name => record.get(name) ?? null)),
  };
  out.result(fields, () => {
    const screen = out.stdout;
    const parts = [
      `${styled(read.source, 'bold', screen)}: ${formatCount(read.rows)} rows, ${columns.length} columns`,
      table(
        [
          { header: 'column', max: 28, wrap: 12 },
          { header: 'type', drop: 1 },
          'used as',
          { header: 'missing', align: 'right' },
          { header: 'distinct', align: 'right', drop: 2 },
          { header: 'values', max: 48, wrap: 16 },
          { header: 'why', max: 60, wrap: 14 },
        ],
        columns.map(({ column: name, type, role, missing, distinct, summary, why }) => {
          return [
            name,
            type,
            role ?? '-',
            missing > 0 ? formatPercent(missing) : '',
            formatCount(distinct),
            summary,
            why,
          ];
        }),
        screen,
      ),
    ];
    const lines = [
      ...(problem === undefined ? [] : [flagged('warning', problem, 'yellow', screen)]),
      ...warnings.map(({ message }) => flagged('warning', message, 'yellow', screen)),
      ...condensed(read.notes)
        .slice(0, 10)
        .map(note => flagged('note', noteText(note), 'dim', screen)),
    ];
    if (lines.length > 0) parts.push(lines.join('\n'));
    if (records.length > 0) parts.push(previewTable(names, records, screen));
    parts.push(
      `Train on it: hillock train ${read.source}${target === undefined ? ' --target COL' : ` --target ${target}`}`,
    );
    return parts.join('\n\n');
  });
}

type Records = readonly ReadonlyMap<string, string | number | null>[];

/** The first rows, with as many columns as fit the screen. */
function previewTable(names: readonly string[], records: Records, screen: Terminal): string {
  const most = Math.max(1, Math.floor(screen.columns / 12));
  const shown = names.slice(0, most);
  const columns = shown.map(header => ({ header, max: 20, wrap: 8 }));
  const more = names.length - shown.length;
  const text = table(
    columns,
    records.map(record => shown.map(name => record.get(name) ?? null)),
    screen,
  );
  return more > 0 ? `${text}\nand ${more} more ${more === 1 ? 'column' : 'columns'}` : text;
}

function showImages({ source, target, train, test }: ImagesSplit, out: Output): void {
  const own = counts(train);
  const other = test && new Map(test.classNames.map((name, k) => [name, counts(test)[k]!]));
  const names = [...new Set([...train.classNames, ...(test?.classNames ?? [])])];
  const notes = [...train.notes, ...(test?.notes ?? [])];
  const classes = names.map((name, k) => ({ name, train: own[k] ?? 0, test: other ? (other.get(name) ?? 0) : null }));
  const fields = {
    source,
    rows: train.rows,
    testRows: test?.rows ?? null,
    shape: train.shape,
    target: target ?? null,
    classes,
    notes: notes.slice(0, 200),
  };
  const tested = test ? [{ header: 'test', align: 'right' as const }] : [];
  const rows = classes.map(({ name, train: count, test: held }) => [
    name,
    formatCount(count),
    ...(held === null ? [] : [formatCount(held)]),
  ]);
  out.result(fields, () =>
    [
      `${styled(source, 'bold', out.stdout)}: ${train.rows === 1 ? '1 image' : `${formatCount(train.rows)} images`} of ${train.shape.join('×')}` +
        (test ? `, ${formatCount(test.rows)} more to test` : ''),
      ...notes.slice(0, 10).map(note => flagged('note', noteText(note), 'dim', out.stdout)),
      '',
      ...(classes.length > 0
        ? [
            table([{ header: 'class', max: 40 }, { header: 'images', align: 'right' }, ...tested], rows),
            '',
            `Train on it: hillock train ${source}${target === undefined ? '' : ` --target ${target}`}`,
          ]
        : [`Without classes there is nothing to train on; see what is on them: hillock predict RUN ${source}`]),
    ].join('\n'),
  );
}

/** How many images of each class there are. */
function counts({ labels, classNames }: Images): readonly number[] {
  const all = new Array<number>(classNames.length).fill(0);
  for (const label of labels ?? []) all[label]!++;
  return all;
}
