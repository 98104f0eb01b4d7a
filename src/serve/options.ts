/** What a service is told, and what it does where it is told nothing. */

/** One request as it is logged. */
export interface LogEntry {
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

export interface HandlerOptions {
  /** Milliseconds that rows wait for those of requests that are still being read (2). */
  readonly window?: number | undefined;
  /** Rows that go through the model at once, unless one request has more (256). */
  readonly batchRows?: number | undefined;
  /** Rows that may wait; more are refused with 503 (8192). */
  readonly queueRows?: number | undefined;
  /** Requests that may be on their way; more are refused with 503 (256). */
  readonly requests?: number | undefined;
  /** Rows of one request (4096). */
  readonly rows?: number | undefined;
  /** Bytes of a body, also after it is decompressed (10 MiB). */
  readonly bodyBytes?: number | undefined;
  /** Bytes of bodies that may be on their way at once; more are refused with 503 (512 MiB). */
  readonly allBodyBytes?: number | undefined;
  /** Take words never seen in training as another, and what is not there as missing (false). */
  readonly acceptUnknown?: boolean | undefined;
  /** Ask for it in the header Authorization; health is told without. */
  readonly token?: string | undefined;
  /** Origins whose pages may use the service, or `*`; none unless told. */
  readonly cors?: readonly string[] | undefined;
  /** Give model.onnx to whoever asks (false). */
  readonly allowDownload?: boolean | undefined;
  /** Hears of every request. */
  readonly log?: ((entry: LogEntry) => void) | undefined;
  /** Only answers of this status and above are logged (0). */
  readonly logFrom?: number | undefined;
  /** Hears of what went wrong inside, which the answer does not tell. */
  readonly failed?: ((error: unknown) => void) | undefined;
}

/** The options of a service with everything decided; throws a TypeError for an empty token. */
export function settings(options: HandlerOptions) {
  if (options.token === '') throw new TypeError('the token of a service is empty: leave it out, or give one');
  return {
    window: options.window ?? 2,
    batchRows: options.batchRows ?? 256,
    queueRows: options.queueRows ?? 8192,
    requests: options.requests ?? 256,
    rows: options.rows ?? 4096,
    bodyBytes: options.bodyBytes ?? 10 * 2 ** 20,
    allBodyBytes: options.allBodyBytes ?? 2 ** 29,
    acceptUnknown: options.acceptUnknown ?? false,
    token: options.token,
    cors: options.cors ?? [],
    allowDownload: options.allowDownload ?? false,
    log: options.log,
    logFrom: options.logFrom ?? 0,
    failed: options.failed ?? (() => undefined),
  };
}
