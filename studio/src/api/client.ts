/** Asks the studio's server. */
import type {
  CardAnswer,
  DataReport,
  DeployAnswer,
  EndpointState,
  ExportCheck,
  ExportOffer,
  HealthAnswer,
  LabTable,
  Planned,
  Problem,
  RowsAnswer,
  RunDetail,
  RunRow,
  Signature,
  SourceEntry,
  SystemInfo,
  TrainRequest,
} from 'hillock/studio';

/** A table as JSON brings it. */
export type LabTableJson = Omit<LabTable, 'x' | 'y'> & { readonly x: readonly number[]; readonly y: readonly number[] };

/** Why something was not answered: what was wrong, and what to do next. */
export class Trouble extends Error {
  readonly hint: string | undefined;
  readonly status: number;

  constructor(message: string, hint: string | undefined, status: number) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

const away = (): Trouble =>
  new Trouble(
    'The studio does not answer.',
    'Start it again in a terminal: hillock studio. Trainings go on meanwhile.',
    0,
  );

/** What an answer says that is no success. */
function troubleOf(status: number, text: string): Trouble {
  try {
    const { detail, hint } = JSON.parse(text) as Problem;
    return new Trouble(detail, hint ?? undefined, status);
  } catch {
    return new Trouble(`The studio answered with status ${status}.`, undefined, status);
  }
}

/** Asks a route for JSON; throws a `Trouble`. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`/api/${path}`, init).catch((cause: unknown) => {
    throw init.signal?.aborted ? cause : away();
  });
  const text = await response.text();
  if (!response.ok) throw troubleOf(response.status, text);
  return JSON.parse(text) as T;
}

const post = (body: unknown, signal?: AbortSignal): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  ...(signal && { signal }),
});

const of = (id: string): string => encodeURIComponent(id);

export const api = {
  system: () => ask<SystemInfo>('system'),
  sources: () => ask<{ readonly folder: string; readonly sources: readonly SourceEntry[] }>('data'),
  report(source: string, target: string | undefined, ignore: readonly string[], signal: AbortSignal) {
    const query = new URLSearchParams(ignore.map(name => ['ignore', name]));
    if (target) query.set('target', target);
    return ask<DataReport>(`data/${of(source)}?${query}`, { signal });
  },
  rows: (source: string, from: number, count: number) =>
    ask<RowsAnswer>(`data/${of(source)}/rows?from=${from}&count=${count}`),
  labTable(source: string, target: string, test: number, seed: number, signal: AbortSignal) {
    const query = new URLSearchParams({ test: String(test), seed: String(seed), target });
    return ask<LabTableJson>(`data/${of(source)}/lab?${query}`, { signal });
  },
  removeSource: (source: string) => ask(`data/${of(source)}`, { method: 'DELETE' }),
  plan: (request: TrainRequest, signal: AbortSignal) => ask<Planned>('plan', post(request, signal)),
  train: (request: TrainRequest) => ask<{ readonly id: string }>('train', post(request)),
  runs: () => ask<{ readonly runs: readonly RunRow[] }>('runs'),
  run: (id: string) => ask<RunDetail>(`runs/${of(id)}`),
  stop: (id: string) => ask(`runs/${of(id)}/stop`, post({})),
  resume: (id: string) => ask(`runs/${of(id)}/resume`, post({})),
  remove: (id: string) => ask(`runs/${of(id)}`, { method: 'DELETE' }),
  health: (id: string) => ask<HealthAnswer>(`runs/${of(id)}/health`),
  signature: (id: string) => ask<Signature>(`runs/${of(id)}/signature`),
  predict: (id: string, row: unknown, signal?: AbortSignal) =>
    ask<Record<string, unknown>>(`runs/${of(id)}/predict`, post(row, signal)),
  exports: (id: string) => ask<{ readonly formats: readonly ExportOffer[] }>(`runs/${of(id)}/export`),
  check: (id: string) => ask<{ readonly checks: readonly ExportCheck[] }>(`runs/${of(id)}/check`, post({})),
  endpoint: (id: string) => ask<EndpointState>(`runs/${of(id)}/serve`),
  serve: (id: string, port: number) => ask<EndpointState>(`runs/${of(id)}/serve`, post({ port })),
  unserve: (id: string) => ask<EndpointState>(`runs/${of(id)}/serve`, { method: 'DELETE' }),
  card: (id: string) => ask<CardAnswer>(`runs/${of(id)}/card`),
  deploy: (id: string, to: string, conditions: readonly string[]) =>
    ask<DeployAnswer>(`runs/${of(id)}/deploy`, post({ to, conditions })),
};

/** The address of a file that a run can be taken away as. */
export const exportAddress = (id: string, format: string, extension: string): string =>
  `/api/runs/${of(id)}/export/${format}?file=${encodeURIComponent(extension)}`;

export interface Upload {
  readonly source: string;
  readonly report: DataReport;
}

/** Sends a file, or the archive of a folder, as it is read from the disk; `onProgress` hears the share that is sent. */
export function upload(
  file: Blob,
  as: { readonly name: string } | { readonly folder: string },
  onProgress: (share: number) => void,
): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/data?${new URLSearchParams(as)}`);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(away());
    request.onload = () =>
      request.status < 300
        ? resolve(JSON.parse(request.responseText) as Upload)
        : reject(troubleOf(request.status, request.responseText));
    request.send(file);
  });
}
