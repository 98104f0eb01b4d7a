import { readFile } from 'node:fs/promises';
import { HillockError } from '../../errors.ts';
import { type ExportedModel, exportFormats } from '../../model/export/index.ts';
import { modelPath, readArtifact } from '../../model/folder.ts';
import { Refusal } from '../../serve/exchange.ts';
import { json } from '../answer.ts';
import { checkExports } from '../check.ts';
import type { Route } from '../route.ts';
import { knownFolder } from '../run-id.ts';

/** A form in which a model can be taken away, or why it cannot. */
export interface ExportOffer {
  readonly format: string;
  readonly about: string;
  readonly files: readonly { readonly extension: string; readonly bytes: number }[];
  readonly refused: string | null;
}

async function modelOf(folder: string): Promise<ExportedModel> {
  const file = new Uint8Array(await readFile(await modelPath(folder)).catch(() => missing(folder)));
  return { ...(await readArtifact(folder)), file };
}

const missing = (folder: string): never => {
  throw new HillockError('data', `${folder} holds no model yet`, 'wait until its training has ended');
};

const sizeOf = (data: Uint8Array | string): number =>
  typeof data === 'string' ? Buffer.byteLength(data) : data.length;

export const exportRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/runs/{id}/export',
    about: 'The forms in which the model can be taken away.',
    async handle({ param }, { runs }) {
      const model = await modelOf(await knownFolder(runs, param('id')));
      const offers = exportFormats.map(({ format, about, write }): ExportOffer => {
        try {
          const files = write(model).map(({ extension, data }) => ({ extension, bytes: sizeOf(data) }));
          return { format, about, files, refused: null };
        } catch (error) {
          if (!(error instanceof HillockError)) throw error;
          return { format, about, files: [], refused: error.message };
        }
      });
      return json({ formats: offers });
    },
  },
  {
    method: 'GET',
    path: '/api/runs/{id}/export/{format}',
    about: 'The model in one form; ?file=.py names one of several files.',
    async handle({ param, url }, { runs }) {
      const id = param('id');
      const format = exportFormats.find(one => one.format === param('format'));
      if (!format) throw new Refusal(404, `there is no form ${param('format')}`);
      const files = format.write(await modelOf(await knownFolder(runs, id)));
      const wanted = url.searchParams.get('file') ?? files[0]!.extension;
      const file = files.find(({ extension }) => extension === wanted);
      if (!file) throw new Refusal(404, `${format.format} has no file ${wanted}`);
      const name = `${id}${file.extension}`.replace(/[^\w.-]+/g, '_');
      return new Response(typeof file.data === 'string' ? file.data : new Uint8Array(file.data), {
        headers: {
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename="${name}"`,
          'x-content-type-options': 'nosniff',
        },
      });
    },
  },
  {
    method: 'POST',
    path: '/api/runs/{id}/check',
    about: 'Asks what is exported and the model the same rows, and tells how far their answers are apart.',
    async handle({ param }, { runs, models }) {
      const id = param('id');
      const exported = await modelOf(await knownFolder(runs, id));
      return json({ checks: await checkExports(await models.open(id), exported) });
    },
  },
];
