/** The public surface of `hillock/serve`. */
export { createHandler, type Handler } from './handler.ts';
export type { HandlerOptions, LogEntry } from './options.ts';
export type { Servable } from './served.ts';
