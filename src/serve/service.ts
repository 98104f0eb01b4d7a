/** The service: finds the route of a request, holds its limits, counts, logs, and turns what goes wrong into answers. */
import { didYouMean } from '../errors.ts';
import { version } from '../version.ts';
import { preflight, readable, same, tokenOf } from './access.ts';
import { readBody } from './body.ts';
import { type Exchange, Refusal, type Reply } from './exchange.ts';
import { kept, metrics } from './metrics.ts';
import { type HandlerOptions, settings } from './options.ts';
import { inferenceProtocol } from './protocols/inference-protocol.ts';
import { mlflow } from './protocols/mlflow.ts';
import { own } from './protocols/own.ts';
import { tfServing } from './protocols/tf-serving.ts';
import { overloaded } from './queue.ts';
import type { Call, Protocol, Route, Service } from './route.ts';
import { type Found, router } from './router.ts';
import { type Servable, type ServedModel, serve } from './served.ts';

export interface RunningService {
  answer(exchange: Exchange): Promise<Reply>;
  /** Serves another model under a name from the next request on; throws what is wrong with it, and nothing has changed. */
  replace(name: string, model: Servable): Promise<void>;
  /** Tells /readyz that it goes down, and waits until every accepted request has its answer. */
  drain(): Promise<void>;
}

const protocols: readonly Protocol[] = [own, inferenceProtocol, tfServing, mlflow];
const lookup = router(protocols);
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 4096];
const noQuery = new URLSearchParams();

/** One row of what the model says it takes goes through it, so that a broken one shows before anyone asks. */
async function tried({ reader, model, writer }: ServedModel): Promise<void> {
  const example = Object.fromEntries(reader.fields.map(field => [field.name, field.example]));
  const row = reader.read(example, '');
  writer.json(writer.results(Object.values(await model.packed(reader.feeds([row]))), 1), 0);
}

const isMap = (models: object): models is ReadonlyMap<string, Servable> => models instanceof Map;

/** A service of one or more models; the first is the one of /predict (of an object, names of digits come first: give a Map). */
export function createService(
  models: Readonly<Record<string, Servable>> | ReadonlyMap<string, Servable>,
  options: HandlerOptions = {},
): RunningService {
  const set = settings(options);
  const registry = metrics();
  const requests = registry.counter('hillock_requests_total', 'requests by route and status');
  const durations = registry.histogram('hillock_request_duration_seconds', 'time to the answer', seconds);
  const rowCount = registry.counter('hillock_rows_total', 'rows predicted');
  const batches = registry.histogram('hillock_batch_rows', 'rows that went through a model at once', sizes);
  let inFlight = 0;
  let reading = 0;
  let held = 0;
  let draining = false;
  let idle: (() => void)[] = [];

  const prepared = (name: string, model: Servable): ServedModel => {
    const ran = batches({ model: name });
    return serve(name, model, set, { reading: () => reading, ran, counted: rowCount({ model: name }) });
  };
  const served = new Map(
    [...(isMap(models) ? models : Object.entries(models))].map(([name, model]) => [name, prepared(name, model)]),
  );
  const [first] = served.keys();
  if (first === undefined) throw new TypeError('createService: expected at least one model, got none');
  const all = (): readonly ServedModel[] => [...served.values()];
  registry.gauge('hillock_in_flight', 'requests without an answer yet', () => [[{}, inFlight]]);
  registry.gauge('hillock_queue_rows', 'rows that wait or run', () =>
    all().map(({ name, queue }) => [{ model: name }, queue.waiting()]),
  );
  registry.gauge('hillock_model_info', 'models that are served', () =>
    all().map(({ name, model: { spec } }) => [
      { model: name, task: spec.target.task, created: spec.created, hillock: version },
      1,
    ]),
  );

  const recorders = new Map<string, (status: number, seconds: number) => void>();
  const recorderOf = (route: string) =>
    kept(recorders, route, () => {
      const duration = durations({ route });
      const counts = new Map<number, (amount: number) => void>();
      return (status, seconds) => {
        kept(counts, status, () => requests({ route, code: String(status) }))(1);
        duration(seconds);
      };
    });

  const service: Service = {
    models: served,
    model(name = first) {
      const found = served.get(name);
      if (found) return found;
      const near = didYouMean(name.slice(0, 100), served.keys());
      throw new Refusal(
        404,
        `there is no model ${name.slice(0, 100)}; ${
          near
            ? `did you mean ${near}?`
            : `there is ${all()
                .map(one => one.name)
                .join(', ')}`
        }`,
      );
    },
    async predict(model, rows, { exchange }, asked = rows.length) {
      if (asked > set.rows) throw new Refusal(413, `at most ${set.rows} rows a request, found ${asked}`);
      const results = await model.queue.submit(rows, exchange.gone);
      model.counted(asked);
      return results;
    },
    async body({ exchange }) {
      let own = 0;
      reading++;
      try {
        return await readBody(exchange, set.bodyBytes, bytes => {
          own += bytes;
          held += bytes;
          if (held > set.allBodyBytes && held > own) throw overloaded;
        });
      } finally {
        reading--;
        held -= own;
      }
    },
    ready: () => !draining,
    metrics: () => registry.text(),
    protocols,
    token: set.token !== undefined,
    limits: set,
    allowDownload: set.allowDownload,
  };

  const check = (exchange: Exchange, { open, predicts, challenge = 'Bearer' }: Route): void => {
    if (!open && set.token !== undefined && !same(tokenOf(exchange), set.token)) {
      throw new Refusal(401, 'expected the header Authorization: Bearer with the token of this service', {
        headers: { 'www-authenticate': challenge },
      });
    }
    if (predicts && inFlight > set.requests) throw overloaded;
  };

  const route = async (exchange: Exchange, path: string, mark: (found: Found) => void): Promise<Reply> => {
    const found = lookup(exchange.method, path);
    if ('allowed' in found) {
      if (found.allowed.length === 0)
        return found.protocol.refuse(new Refusal(404, `there is nothing at ${path.slice(0, 200)}`));
      const allow = [...new Set(found.allowed)].join(', ');
      return found.protocol.refuse(new Refusal(405, `this path takes ${allow}`, { headers: { allow } }));
    }
    mark(found);
    try {
      check(exchange, found.route);
      const at = exchange.target.indexOf('?');
      const query = at < 0 ? noQuery : new URLSearchParams(exchange.target.slice(at));
      const call: Call = { exchange, params: found.params, query };
      return await found.route.handle(call, service);
    } catch (error) {
      return found.protocol.refuse(refusalOf(error));
    }
  };

  const refusalOf = (error: unknown): Refusal => {
    if (error instanceof Refusal) return error;
    set.failed(error);
    return new Refusal(500, 'something went wrong inside the service; its log tells what');
  };

  return {
    async answer(exchange) {
      const began = performance.now();
      inFlight++;
      let found: Found | undefined;
      const path = exchange.target.split('?', 1)[0]!;
      try {
        const reply =
          preflight(exchange, set.cors) ??
          (await route(exchange, path, one => {
            found = one;
          }).catch(error => own.refuse(refusalOf(error))));
        const took = performance.now() - began;
        recorderOf(found?.route.path ?? 'none')(reply.status, took / 1000);
        if (set.log && reply.status >= set.logFrom) {
          set.log({
            time: new Date().toISOString(),
            method: exchange.method,
            path,
            status: reply.status,
            milliseconds: Math.round(took * 1000) / 1000,
          });
        }
        return readable(exchange, reply, set.cors);
      } finally {
        inFlight--;
        if (inFlight === 0) {
          for (const resolve of idle) resolve();
          idle = [];
        }
      }
    },
    async replace(name, model) {
      const next = prepared(name, model);
      await tried(next);
      served.set(name, next);
    },
    async drain() {
      draining = true;
      if (inFlight > 0) await new Promise<void>(resolve => idle.push(resolve));
    },
  };
}
