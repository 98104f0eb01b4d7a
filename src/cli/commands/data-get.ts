import { didYouMean, HillockError } from '../../errors.ts';
import { formatBytes, formatDuration } from '../../format.ts';
import type { Output } from '../output.ts';

/** Fetches a public data set into the cache or a folder. */
export async function get(
  name: string | undefined,
  { from, folder: asked }: { readonly from: string | undefined; readonly folder: string | undefined },
  context: { readonly out: Output; readonly signal: AbortSignal },
): Promise<void> {
  const { cachedAt, downloads, fetchDownload } = await import('../../data/index.ts');
  const names = downloads.map(download => download.name);
  if (name === undefined) throw new HillockError('usage', 'which data set should be fetched?', names.join(', '));
  const download = downloads.find(candidate => candidate.name === name);
  if (!download) {
    const near = didYouMean(name, names);
    throw new HillockError(
      'usage',
      `there is no data set '${name}' to fetch`,
      near === undefined ? `there are ${names.join(', ')}` : `did you mean '${near}'?`,
    );
  }
  const { out } = context;
  const folder = asked ?? cachedAt(download);
  const bytes = download.files.reduce((sum, file) => sum + file.bytes, 0);
  const progress = out.progress(`fetching ${name}`, bytes);
  const began = performance.now();
  try {
    const files = await fetchDownload(download, folder, {
      from,
      signal: context.signal,
      onProgress: (done, file) => progress.update(done, `${formatBytes(done)} of ${formatBytes(bytes)}, ${file}`),
    });
    const seconds = (performance.now() - began) / 1000;
    const came = files.filter(file => file.from !== null);
    out.result({ name, folder, files, seconds }, () =>
      [
        came.length === 0
          ? `${name} is in ${folder} already, whole and as it was published`
          : `${name} is in ${folder}: ${formatBytes(bytes)}, as it was published, fetched in ${formatDuration(seconds)}`,
        `Train on it: hillock train ${asked === undefined ? name : folder}`,
      ].join('\n'),
    );
  } finally {
    progress.end();
  }
}
