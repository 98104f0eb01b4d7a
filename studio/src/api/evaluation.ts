/** Asks the server how good a run is, and what is inside it. */
import type {
  Counterfactual,
  DependenceAnswer,
  EvaluationAnswer,
  FiringAnswer,
  ImportanceAnswer,
  InspectAnswer,
  LayersAnswer,
  LensAnswer,
  LensLayers,
  NetworkAnswer,
  RowsOfCell,
  Slices,
} from 'hillock/studio';
import { ask } from './client.ts';

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const at = (id: string, path: string, query: Readonly<Record<string, string | number | undefined>> = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return `runs/${encodeURIComponent(id)}/${path}${given.length > 0 ? `?${search}` : ''}`;
};

export const evaluationApi = {
  evaluation: (id: string, chosen: number | undefined, signal: AbortSignal) =>
    ask<EvaluationAnswer>(at(id, 'evaluation', { class: chosen }), { signal }),
  rows: (id: string, cell: Readonly<Record<string, string | number | undefined>>, signal: AbortSignal) =>
    ask<RowsOfCell>(at(id, 'evaluation/rows', cell), { signal }),
  importance: (id: string, signal: AbortSignal) => ask<ImportanceAnswer>(at(id, 'importance'), { signal }),
  slices: (id: string, column: string, metric: string | undefined, signal: AbortSignal) =>
    ask<Slices>(at(id, 'slices', { column, metric }), { signal }),
  dependence: (id: string, column: string, chosen: number | undefined, signal: AbortSignal) =>
    ask<DependenceAnswer>(at(id, 'dependence', { column, class: chosen }), { signal }),
  firing: (id: string, what: { readonly layer: string; readonly neuron: number }, signal: AbortSignal) =>
    ask<FiringAnswer>(at(id, 'firing'), { ...post(what), signal }),
  lensLayers: (id: string, signal: AbortSignal) => ask<LensLayers>(at(id, 'lens'), { signal }),
  lens: (id: string, what: Readonly<Record<string, unknown>>, signal: AbortSignal) =>
    ask<LensAnswer>(at(id, 'lens'), { ...post(what), signal }),
  layers: (id: string, what: { readonly row: number; readonly pixels?: readonly number[] }, signal: AbortSignal) =>
    ask<LayersAnswer>(at(id, 'layers'), { ...post(what), signal }),
  picture: (id: string, file: Blob) =>
    ask<{ readonly pixels: readonly number[] }>(at(id, 'picture'), { method: 'POST', body: file }),
  counterfactual: (id: string, record: Readonly<Record<string, unknown>>) =>
    ask<{ readonly found: Counterfactual | null }>(at(id, 'counterfactual'), post({ record })),
  network: (id: string, signal: AbortSignal) => ask<NetworkAnswer>(at(id, 'network'), { signal }),
  inspect: (id: string, what: { readonly row: number; readonly layer: string; readonly neuron: number }) =>
    ask<InspectAnswer>(at(id, 'inspect'), post(what)),
};

/** Where the page of a run is. */
export const pageAddress = (id: string): string => `/api/${at(id, 'report.html')}`;
