import type { Field } from '../../studio/index.ts';
import { defineCommand, kebab } from '../command.ts';
import { flag, integer, type Parameters, text, withDefault } from '../parameters.ts';
import { train } from './train.ts';

/** `hillock studio`: the app in a browser, until Ctrl-C. */
export const studio = defineCommand({
  details:
    'Serves the studio on this machine and opens it in the browser. It answers to 127.0.0.1 and to its own pages alone. ' +
    'A training started in it is hillock train: its run folder is like any other, and it goes on when the page or the ' +
    'studio is closed. Uploads are kept in RUNS/.studio.',
  arguments: {},
  options: {
    port: withDefault(integer('N', 'where to listen; 0 takes a free one', { min: 0, max: 65_535 }), 4270),
    dir: withDefault(text('RUNS', 'where the run folders are'), 'runs'),
    noOpen: flag('do not open a browser'),
  },
  examples: [
    { line: 'hillock studio', shows: 'open the studio on the runs in ./runs' },
    { line: 'hillock studio --port 0 --no-open --dir models', shows: 'on another folder, at a free port' },
  ],
  async run({ options, out, signal }) {
    const { resolve } = await import('node:path');
    const { fileURLToPath } = await import('node:url');
    const { createStudio } = await import('../../studio/index.ts');
    const { listenWeb } = await import('./studio-http.ts');
    const server = createStudio({
      folder: process.cwd(),
      runs: resolve(options.dir),
      app: fileURLToPath(new URL('./studio/', import.meta.url)),
      command: [process.execPath, process.argv[1]!],
      trainFields: fieldsOf(train.options, ['out', 'resume', 'dryRun']),
    });
    const http = await listenWeb(server.answer, options.port);
    const url = `http://127.0.0.1:${http.port}/`;
    out.event('listening', { url });
    if (!out.json) out.data(`The studio is at ${url}\nEnd it with Ctrl-C; trainings go on.`);
    if (!options.noOpen && out.stdout.interactive) (await import('./open-browser.ts')).openBrowser(url);
    await new Promise<void>(done => {
      if (signal.aborted) done();
      else signal.addEventListener('abort', () => done(), { once: true });
    });
    await Promise.all([http.close(), server.close()]);
    out.event('result', { url });
    return undefined;
  },
});

/** Options of a command as a form shows them, but for those that the studio gives itself. */
function fieldsOf(parameters: Parameters, without: readonly string[]): readonly Field[] {
  return Object.entries(parameters)
    .filter(([name]) => !without.includes(name))
    .map(([name, { kind, summary, choices = [], limits = {}, fallback = null, repeatable = false }]) => ({
      name,
      flag: `--${kebab(name)}`,
      kind,
      about: summary,
      choices,
      min: limits.min ?? null,
      max: limits.max ?? null,
      fallback,
      repeatable,
    }));
}
