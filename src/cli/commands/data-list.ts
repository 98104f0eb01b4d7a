import { formatBytes } from '../../format.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';
import { styled } from '../terminal.ts';

const tables = [
  { kind: 'CSV, TSV and other delimited text', names: '.csv .tsv .tab .psv .txt .data .dat' },
  { kind: 'JSON: an array of objects, or one object per line', names: '.json .jsonl .ndjson' },
  { kind: 'Parquet', names: '.parquet' },
  { kind: 'any of the text formats, packed', names: '.gz' },
  { kind: 'standard input', names: '-' },
] as const;

/** Lists the data sets that are built in or can be fetched, and what can be read. */
export async function list(out: Output): Promise<void> {
  const { cachedAt, downloads, imageSources, isWhole, synthetics } = await import('../../data/index.ts');
  const sets = synthetics.map(({ name, title, task, target }) => ({ source: `demo:${name}`, title, task, target }));
  const fetchable = downloads.map(download => ({
    source: download.name,
    title: download.title,
    page: download.page,
    bytes: download.files.reduce((sum, { bytes }) => sum + bytes, 0),
    here: isWhole(download, cachedAt(download)),
  }));
  const kinds = [...tables, ...imageSources.map(({ name, named }) => ({ kind: name, names: named }))];
  out.result({ sets, downloads: fetchable, kinds }, () =>
    [
      styled('Built-in data sets', 'bold', out.stdout),
      table(
        ['source', { header: 'what it is', wrap: 24 }, 'task', 'target'],
        sets.map(set => [set.source, set.title, set.task, set.target]),
        out.stdout,
      ),
      '',
      styled('Public data sets', 'bold', out.stdout),
      table(
        [
          'source',
          { header: 'what it is', wrap: 24 },
          { header: 'size', align: 'right' },
          { header: 'get it', wrap: 16 },
        ],
        fetchable.map(({ source, title, bytes, here }) => [
          source,
          title,
          formatBytes(bytes),
          here ? 'is here' : `hillock data get ${source}`,
        ]),
        out.stdout,
      ),
      '',
      styled('Files that are read', 'bold', out.stdout),
      table(
        [
          { header: 'kind', wrap: 20 },
          { header: 'named', wrap: 24 },
        ],
        kinds.map(({ kind, names }) => [kind, names]),
        out.stdout,
      ),
      '',
      'Look at one: hillock data show demo:houses',
    ].join('\n'),
  );
}
