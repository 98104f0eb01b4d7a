import type { ImagesSplit, Table } from '../../data/index.ts';
import { HillockError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { formatCount, formatPercent } from '../format.ts';
import type { Output } from '../output.ts';
import { choice, integer, required, text } from '../parameters.ts';
import { table } from '../table.ts';
import { styled, type Terminal } from '../terminal.ts';
import { condensed, flagged, noteText } from './train-data.ts';

const kinds = [
  ['CSV, TSV and other delimited text', '.csv .tsv .tab .psv .txt .data .dat'],
  ['JSON: an array of objects, or one object per line', '.json .jsonl .ndjson'],
  ['Parquet', '.parquet'],
  ['any of the text formats, packed', '.gz'],
  ['a folder of IDX images', 'train-images-idx3-ubyte, train-labels-idx1-ubyte, and the t10k pair'],
  ['standard input', '-'],
] as const;

/** `hillock data`: built-in sets, and what is in a source. */
export const data = defineCommand({
  details:
    'list: the built-in data sets and the kinds of files that are read. show: every column of a source with its type, what ' +
    'it would be used as and why, what is missing, how many values differ, and the first rows.',
  arguments: {
    action: required(choice('ACTION', ['list', 'show', 'get'], 'what to do (get: not yet)')),
    source: text('SOURCE', 'for show: a file, a folder of IDX images, or a name like demo:houses'),
  },
  options: {
    target: text('COL', 'the column that would be predicted'),
    rows: integer('N', 'rows of the preview (default: 5)', { min: 0, max: 1000 }),
  },
  examples: [
    { line: 'hillock data list', shows: 'what is built in and what can be read' },
    { line: 'hillock data show people.csv --target salary', shows: 'what training would make of a file' },
  ],
  async run({ args, options, out }) {
    if (args.action === 'get') {
      throw new HillockError(
        'usage',
        'this version fetches no data sets yet',
        'see `hillock data list` for what is built in',
      );
    }
    if (args.action === 'list') await list(out);
    else await show(args.source, options, out);
    return undefined;
  },
});

async function list(out: Output): Promise<void> {
  const { synthetics } = await import('../../data/index.ts');
  const sets = synthetics.map(({ name, title, task, target }) => ({ source: `demo:${name}`, title, task, target }));
  out.result({ sets, kinds: kinds.map(([kind, names]) => ({ kind, names })) }, () =>
    [
      styled('Built-in data sets', 'bold', out.stdout),
      table(
        ['source', { header: 'what it is', wrap: 24 }, 'task', 'target'],
        sets.map(set => [set.source, set.title, set.task, set.target]),
        out.stdout,
      ),
      '',
      styled('Files that are read', 'bold', out.stdout),
      table(
        [
          { header: 'kind', wrap: 20 },
          { header: 'named', wrap: 24 },
        ],
        kinds,
        out.stdout,
      ),
      '',
      'Look at one: hillock data show demo:houses',
    ].join('\n'),
  );
}

async function show(
  source: string | undefined,
  options: { readonly target: string | undefined; readonly rows: number | undefined },
  out: Output,
): Promise<void> {
  if (source === undefined) throw new HillockError('usage', 'which source should be shown?', 'hillock data show FILE');
  const { readSource } = await import('../../data/index.ts');
  const read = await readSource(source);
  if (read.kind === 'table') await showTable(read, options.target ?? read.target, options.rows ?? 5, out);
  else showImages(read, out);
}

async function showTable(read: Table, target: string | undefined, preview: number, out: Output): Promise<void> {
  const { column, toRecords } = await import('../../data/index.ts');
  const { describe, fitEncoder } = await import('../../features/index.ts');
  if (target !== undefined) column(read, target);
  const every = Int32Array.from({ length: read.rows }, (_, row) => row);
  let problem: string | undefined;
  const { decisions, warnings } = (() => {
    try {
      return fitEncoder(read, every, { target, ignore: [] });
    } catch (error) {
      if (!(error instanceof HillockError)) throw error;
      problem = error.message;
      return { decisions: [], warnings: [] };
    }
  })();
  const columns = describe(read, decisions, target === undefined ? {} : { target });
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

function showImages({ source, train, test }: ImagesSplit, out: Output): void {
  const counts = (labels: Int32Array | null, classes: number): number[] =>
    Array.from({ length: classes }, (_, k) => labels?.reduce((sum, label) => sum + (label === k ? 1 : 0), 0) ?? 0);
  const classes = train.classNames.length;
  const own = counts(train.labels, classes);
  const other = test ? counts(test.labels, classes) : null;
  const fields = {
    source,
    rows: train.rows,
    testRows: test?.rows ?? null,
    shape: train.shape,
    classes: train.classNames.map((name, k) => ({ name, train: own[k]!, test: other?.[k] ?? null })),
  };
  out.result(fields, () =>
    [
      `${styled(source, 'bold', out.stdout)}: ${formatCount(train.rows)} images of ${train.shape.join('×')}` +
        (test ? `, ${formatCount(test.rows)} more to test` : ''),
      '',
      table(
        [
          'class',
          { header: 'images', align: 'right' },
          ...(other ? [{ header: 'test', align: 'right' as const }] : []),
        ],
        train.classNames.map((name, k) => [name, formatCount(own[k]!), ...(other ? [formatCount(other[k]!)] : [])]),
      ),
      '',
      `Train on it: hillock train ${source}`,
    ].join('\n'),
  );
}
