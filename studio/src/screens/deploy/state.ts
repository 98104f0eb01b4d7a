/** What the deploy screen shows: a run, and what can be made of it. */
import { computed, signal } from '@preact/signals';
import type { CardAnswer, EndpointState, ExportCheck, ExportOffer, RunRow, Signature } from 'hillock/studio';
import { api } from '../../api/client.ts';
import { loaded } from '../../api/load.ts';
import { aText, inAddress } from '../../state/url.ts';

export const run = inAddress('deploy', 'run', aText, '');
export const runs = signal<readonly RunRow[] | undefined>(undefined);
/** Runs that hold a model. */
export const ready = computed(() =>
  (runs.value ?? []).filter(({ state }) => state === 'finished' || state === 'imported'),
);
/** The run of the address, else the newest. */
export const shownRun = computed(() => run.value || ready.value[0]?.id || '');

export const signature = loaded<Signature>();
export const endpoint = loaded<EndpointState>();
export const offers = loaded<readonly ExportOffer[]>();
export const checks = loaded<readonly ExportCheck[]>();
export const card = loaded<CardAnswer>();

export async function loadRuns(): Promise<void> {
  runs.value = (await api.runs()).runs;
}

/** Asks for everything about the shown run. */
export function loadRun(): void {
  const id = shownRun.peek();
  for (const one of [signature, endpoint, offers, checks, card]) one.clear();
  if (id === '') return;
  void signature.load(() => api.signature(id));
  void endpoint.load(() => api.endpoint(id));
  void offers.load(async () => (await api.exports(id)).formats);
  void checks.load(async () => (await api.check(id)).checks);
  void card.load(() => api.card(id));
}
