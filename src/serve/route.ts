import type { Exchange, Refusal, Reply } from './exchange.ts';
import type { Row, Schema } from './inputs/kind.ts';
import type { Results } from './outputs.ts';
import type { ServedModel } from './served.ts';

/** What a route may ask of the service. */
export interface Service {
  readonly models: ReadonlyMap<string, ServedModel>;
  /** A model by name, the first without one; throws a `Refusal` (404). */
  model(name?: string): ServedModel;
  /** Results through the queue; counts the rows that were asked for, all unless told, and checks how many they are. */
  predict(model: ServedModel, rows: readonly Row[], call: Call, asked?: number): Promise<Results>;
  body(call: Call): Promise<Uint8Array>;
  ready(): boolean;
  metrics(): string;
  readonly protocols: readonly Protocol[];
  readonly token: boolean;
  readonly limits: { readonly bodyBytes: number; readonly rows: number };
  readonly allowDownload: boolean;
}

/** A request on its way. */
export interface Call {
  readonly exchange: Exchange;
  /** What stands in the place of `{name}` in the path. */
  readonly params: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
}

/** What openapi.json says of a request's or an answer's body, by media type. */
export type Content = Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Segments in braces stand for anything: `/models/{model}/predict`. */
  readonly path: string;
  readonly about: string;
  /** Needs no token. */
  readonly open?: true;
  /** How a token is asked for; Bearer unless told. */
  readonly challenge?: string;
  /** Brings rows: it is refused while too many wait. */
  readonly predicts?: true;
  readonly takes?: (service: Service) => Content;
  readonly gives?: (service: Service) => Content;
  handle(call: Call, service: Service): Reply | Promise<Reply>;
}

/** The routes of one protocol, and how it says no. */
export interface Protocol {
  readonly name: string;
  /** What its refusals look like. */
  readonly problem: Content;
  readonly routes: readonly Route[];
  refuse(refusal: Refusal): Reply;
}
