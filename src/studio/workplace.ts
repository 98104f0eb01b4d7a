/** Where the studio works: its folders, what it runs, what it keeps open. Node only. */
import { join } from 'node:path';
import { type ComparedRun, comparison } from './compared.ts';
import { type Endpoints, endpoints } from './endpoints.ts';
import type { Lease } from './kept.ts';
import { type Look, looks } from './looks.ts';
import { models, type OpenModel } from './models.ts';
import type { StudioOptions } from './options.ts';
import { type Sources, sources } from './sources.ts';
import { type Trainings, trainings } from './trainings.ts';

export interface Workplace extends StudioOptions {
  /** What the studio keeps for itself: uploads and what trainings told. */
  readonly own: string;
  readonly models: Lease<OpenModel>;
  readonly looks: Lease<Look>;
  readonly compared: () => Promise<readonly ComparedRun[]>;
  readonly sources: Sources;
  readonly trainings: Trainings;
  readonly endpoints: Endpoints;
}

export interface Workplaces {
  /** Answers one request; the runs that it opens stay open until then. */
  during<T>(work: (place: Workplace) => T | Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function workplaces(options: StudioOptions): Workplaces {
  const own = join(options.runs, '.studio');
  const keptModels = models(options.runs);
  const keptLooks = looks(options.runs);
  const parts = {
    compared: comparison(options.runs),
    sources: sources(options.folder, join(own, 'data')),
    trainings: trainings(options, own),
    endpoints: endpoints(options),
  };
  return {
    async during(work) {
      const leases = { models: keptModels.lease(), looks: keptLooks.lease() };
      try {
        return await work({ ...options, ...parts, ...leases, own });
      } finally {
        leases.models.end();
        leases.looks.end();
      }
    },
    async close() {
      await Promise.all([keptModels.close(), keptLooks.close(), parts.sources.close(), parts.endpoints.close()]);
    },
  };
}
