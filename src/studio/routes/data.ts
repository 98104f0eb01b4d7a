import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedAt, downloads, imageSourceOf, isWhole, placeAt, synthetics } from '../../data/index.ts';
import { Refusal } from '../../serve/exchange.ts';
import { json } from '../answer.ts';
import type { Call, Route } from '../route.ts';
import { isTableName, type Upload } from '../sources.ts';
import type { Workplace } from '../workplace.ts';

/** Something that can be trained on. */
export interface SourceEntry {
  readonly source: string;
  readonly title: string;
  readonly from: 'upload' | 'folder' | 'demo' | 'public';
  /** Public sets that are not here yet have to be fetched first. */
  readonly here: boolean;
  readonly target: string | null;
  readonly kind: 'table' | 'images';
}

const skipped = /^(\.|node_modules$|dist$|package(-lock)?\.json$|tsconfig.*\.json$|biome\.json$)/;
const mostFiles = 200;

/** Tables in the working folder and the folders in it, and folders of images with classes. */
async function inFolder(folder: string, runs: string): Promise<readonly SourceEntry[]> {
  const named = (source: string, kind: SourceEntry['kind']): SourceEntry => ({
    source,
    title: source,
    from: 'folder',
    here: true,
    target: null,
    kind,
  });
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !skipped.test(name));
  const files = entries
    .filter(entry => entry.isFile() && isTableName(entry.name))
    .map(({ name }) => named(name, 'table'));
  const folders = entries.filter(entry => entry.isDirectory() && join(folder, entry.name) !== runs);
  const inside = await Promise.all(
    folders.map(async ({ name }): Promise<readonly SourceEntry[]> => {
      const found = await readdir(join(folder, name), { withFileTypes: true }).catch(() => []);
      const tables = found.filter(entry => entry.isFile() && isTableName(entry.name) && !skipped.test(entry.name));
      const images = await holdsImages(join(folder, name));
      return [
        ...(images ? [named(name, 'images')] : []),
        ...tables.map(entry => named(join(name, entry.name), 'table')),
      ];
    }),
  );
  return [...files, ...inside.flat()].slice(0, mostFiles);
}

const holdsImages = async (path: string): Promise<boolean> =>
  placeAt(path)
    .then(async place => (await (await imageSourceOf(place))?.hasClasses(place)) ?? false)
    .catch(() => false);

/** Uploads by their names; those that came later under the same name are numbered. */
const titled = (uploads: readonly Upload[]): readonly SourceEntry[] =>
  uploads.map(({ source, name, kind }, i) => {
    const before = uploads.slice(0, i).filter(other => other.name === name).length;
    const title = before === 0 ? name : `${name} (${before + 1})`;
    return { source, title, from: 'upload', here: true, target: null, kind };
  });

async function list({ folder, runs, sources }: Workplace): Promise<readonly SourceEntry[]> {
  const uploads = titled(await sources.uploads());
  const demos = synthetics.map(
    ({ name, title, target, kind }): SourceEntry => ({
      source: `demo:${name}`,
      title,
      from: 'demo',
      here: true,
      target,
      kind,
    }),
  );
  const sets = downloads.map(
    (set): SourceEntry => ({
      source: set.name,
      title: set.title,
      from: 'public',
      here: isWhole(set, cachedAt(set)),
      target: null,
      kind: 'images',
    }),
  );
  return [...uploads, ...(await inFolder(folder, runs)), ...demos, ...sets];
}

function numberOf({ url }: Call, name: string, fallback: number, most: number): number {
  const value = Number(url.searchParams.get(name) ?? fallback);
  if (Number.isSafeInteger(value) && value >= 0) return Math.min(value, most);
  throw new Refusal(400, `${name} must be a whole number from 0 on`);
}

export const dataRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/data',
    about: 'What can be trained on: uploads, files of the working folder, built-in and public sets.',
    handle: async (_, place) => json({ folder: place.folder, sources: await list(place) }),
  },
  {
    method: 'POST',
    path: '/api/data',
    about:
      'Takes a file as it comes, of any size (?name=people.csv), or a folder as a tar archive (?folder=cats-and-dogs); answers what is in it.',
    async handle({ request, url }, { sources }) {
      if (!request.body) throw new Refusal(400, 'the file is empty');
      const folder = url.searchParams.get('folder');
      const source =
        folder === null
          ? await sources.keep(url.searchParams.get('name') ?? 'pasted.csv', request.body)
          : await sources.keepFolder(folder, request.body);
      try {
        return json({ source, report: await sources.report(source, {}) }, 201);
      } catch (error) {
        await sources.drop(source);
        throw error;
      }
    },
  },
  {
    method: 'GET',
    path: '/api/data/{source}',
    about: 'What is in a source, and what training would make of it (?target=COL&ignore=A&ignore=B).',
    handle: async ({ param, url }, { sources }) =>
      json(
        await sources.report(param('source'), {
          target: url.searchParams.get('target') ?? undefined,
          ignore: url.searchParams.getAll('ignore'),
        }),
      ),
  },
  {
    method: 'GET',
    path: '/api/data/{source}/lab',
    about: 'Rows of a table as a network in the page learns from them (?target=COL&ignore=A&test=0.2&seed=1).',
    async handle({ param, url }, { sources }) {
      const test = Number(url.searchParams.get('test') ?? 0.2);
      const seed = Number(url.searchParams.get('seed') ?? 0);
      if (!(test >= 0 && test < 1) || !Number.isSafeInteger(seed))
        throw new Refusal(400, 'test is a share below 1, seed a whole number');
      const target = url.searchParams.get('target') || undefined;
      return json(
        await sources.labTable(param('source'), { target, ignore: url.searchParams.getAll('ignore'), test, seed }),
      );
    },
  },
  {
    method: 'DELETE',
    path: '/api/data/{source}',
    about: 'Deletes an upload.',
    async handle({ param }, { sources }) {
      await sources.drop(param('source'));
      return json({ deleted: param('source') });
    },
  },
  {
    method: 'GET',
    path: '/api/data/{source}/rows',
    about: 'Rows of a source: ?from=N&count=N, at most 500.',
    handle: async (call, { sources }) =>
      json(
        await sources.rows(
          call.param('source'),
          numberOf(call, 'from', 0, Number.MAX_SAFE_INTEGER),
          numberOf(call, 'count', 100, 500),
        ),
      ),
  },
];
