/** The machine, the options of a training, and the scores, as the server knows them. */
import { signal } from '@preact/signals';
import type { Field, MetricInfo, SystemInfo } from 'hillock/studio';
import { api } from '../api/client.ts';

export const system = signal<SystemInfo | undefined>(undefined);
let asked: Promise<SystemInfo> | undefined;

/** Asks once; again where there was no answer. */
export async function loadSystem(): Promise<void> {
  asked ??= api.system();
  try {
    system.value = await asked;
  } catch (error) {
    asked = undefined;
    throw error;
  }
}

export const fieldNamed = (name: string): Field | undefined =>
  system.value?.trainFields.find(field => field.name === name);

/** A score, as far as it is known. */
export type KnownMetric = Pick<MetricInfo, 'name'> & Partial<MetricInfo>;

export const metricNamed = (name: string): KnownMetric =>
  system.value?.metrics.find(metric => metric.name === name) ?? { name };
