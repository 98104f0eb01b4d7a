import { HillockError } from '../../errors.ts';
import type { LogEntry } from '../../serve/index.ts';
import { defineCommand } from '../command.ts';
import type { Output } from '../output.ts';
import { choice, flag, integer, list, number, repeated, required, text, withDefault } from '../parameters.ts';
import { deviceOption } from './device-option.ts';

const logs = ['off', 'error', 'all'] as const;
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** `hillock serve`: predictions over HTTP until Ctrl-C. */
export const serve = defineCommand({
  details:
    'Serves one or more runs over HTTP. POST /predict takes a record by column name or a list of them; GET / is a page to ' +
    'try it, GET /openapi.json tells everything else (see docs/serving.md). A model file that changes is opened, tried, ' +
    'and served from then on; a broken one leaves the old one in place. SIGTERM or Ctrl-C: /readyz says no, what was ' +
    'accepted is answered, exit code 0. Logs are JSON lines on stderr.',
  arguments: {
    run: repeated(
      required(
        text(
          'RUN',
          'run folders or model.onnx files, NAME=RUN to give one another name; the first is the one of /predict',
        ),
      ),
    ),
  },
  options: {
    port: withDefault(integer('N', 'where to listen; 0 takes a free one', { min: 0, max: 65_535 }), 8080),
    host: withDefault(text('HOST', 'which address to listen on; 0.0.0.0 for every network'), '127.0.0.1'),
    device: deviceOption('where the networks run (default: cpu)'),
    token: text('TEXT', 'ask for this token in Authorization: Bearer … (or set HILLOCK_TOKEN)'),
    cors: list('ORIGINS', 'pages of these origins may use it (* for any)'),
    log: withDefault(
      choice('WHICH', logs, 'requests that are logged (error: status 500 and above, but not the 503 of overload)'),
      'error',
    ),
    window: withDefault(
      number('MS', 'rows wait so long for those of requests that are being read', { min: 0, max: 1000 }),
      2,
    ),
    batchRows: withDefault(integer('N', 'rows that go through the model at once', { min: 1, max: 65_536 }), 256),
    queueRows: withDefault(integer('N', 'rows that may wait; more are refused with 503', { min: 1 }), 8192),
    requests: withDefault(
      integer('N', 'requests that may be on their way; more are refused with 503', { min: 1 }),
      256,
    ),
    maxRows: withDefault(integer('N', 'rows of one request', { min: 1, max: 1_000_000 }), 4096),
    maxBody: withDefault(
      integer('BYTES', 'bytes of a body, also decompressed', { min: 1, max: 2 ** 30 }),
      10 * 2 ** 20,
    ),
    timeout: withDefault(number('SECONDS', 'in which a whole request must have come', { min: 1, max: 3600 }), 30),
    acceptUnknown: flag('take words never seen in training as another, and what is not there as missing'),
    allowDownload: flag('give model.onnx to whoever asks'),
  },
  examples: [
    { line: 'hillock serve runs/salary --port 8080', shows: 'one model; try it at http://127.0.0.1:8080/' },
    { line: 'hillock serve runs/salary runs/digits --log all', shows: 'two, each under /models/NAME/predict' },
  ],
  async run({ args, options, out, signal }) {
    const { createService } = await import('../../serve/service.ts');
    const { listen } = await import('./serve-http.ts');
    const { openAll, watchModels } = await import('./serve-models.ts');
    const token = options.token ?? process.env.HILLOCK_TOKEN;
    if (token === '') throw new HillockError('usage', 'the token is empty', 'leave it out, or give one');
    const models = await openAll(args.run, options.device);
    const write = logger(out);
    const service = createService(new Map(models.map(({ name, model }) => [name, model])), {
      ...options,
      rows: options.maxRows,
      bodyBytes: options.maxBody,
      token,
      log: options.log === 'off' ? undefined : logged(options.log, write),
      logFrom: options.log === 'error' ? 500 : 0,
      failed: error =>
        write({ level: 'error', error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    });
    const server = await listen(service, { host: options.host, port: options.port, timeout: options.timeout * 1000 });
    const say = (message: string, level: 'info' | 'error' = 'info'): void => write({ level, message });
    for (const { name, notices } of models) for (const notice of notices) say(`${name}: ${notice}`);
    const watch = watchModels(models, { replace: service.replace, say, linger: options.timeout * 1000 + 60_000 });
    const shown = options.host.includes(':') ? `[${options.host}]` : options.host;
    const url = `http://${shown}:${server.port}`;
    if (!loopback.test(options.host) && token === undefined)
      out.message(`note: everyone who reaches ${options.host} may ask; see --token`);
    const names = models.map(({ name }) => name);
    out.event('listening', { url, models: names });
    if (!out.json) out.data(`${names.join(', ')} at ${url}\nEnd it with Ctrl-C.`);
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
    await watch.close();
    out.event('result', { url, models: names });
    return undefined;
  },
});

const busy = 503;

/** Refusals of what is too much are counted, not logged one by one: that would be more work still. */
const logged =
  (which: Exclude<(typeof logs)[number], 'off'>, write: (fields: object) => void) =>
  (entry: LogEntry): void => {
    if (which === 'all' || entry.status !== busy) write({ level: entry.status >= 500 ? 'error' : 'info', ...entry });
  };

const logger =
  (out: Output) =>
  (fields: object): void =>
    out.message(JSON.stringify({ time: new Date().toISOString(), ...fields }));
