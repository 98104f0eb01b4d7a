/** Where the studio works: its folders, what it runs, what it keeps open. Node only. */
import { join } from 'node:path';
import { type ComparedRun, comparison } from './compared.ts';
import { type Endpoints, endpoints } from './endpoints.ts';
import { type Looks, looks } from './looks.ts';
import { type Models, models } from './models.ts';
import type { StudioOptions } from './options.ts';
import { type Sources, sources } from './sources.ts';
import { type Trainings, trainings } from './trainings.ts';

export interface Workplace extends StudioOptions {
  /** What the studio keeps for itself: uploads and what trainings told. */
  readonly own: string;
  readonly models: Models;
  readonly looks: Looks;
  readonly compared: () => Promise<readonly ComparedRun[]>;
  readonly sources: Sources;
  readonly trainings: Trainings;
  readonly endpoints: Endpoints;
  close(): Promise<void>;
}

export function workplace(options: StudioOptions): Workplace {
  const own = join(options.runs, '.studio');
  const parts = {
    models: models(options.runs),
    looks: looks(options.runs),
    compared: comparison(options.runs),
    sources: sources(options.folder, join(own, 'data')),
    trainings: trainings(options, own),
    endpoints: endpoints(options),
  };
  return {
    ...options,
    ...parts,
    own,
    async close() {
      await Promise.all([parts.models.close(), parts.looks.close(), parts.sources.close(), parts.endpoints.close()]);
    },
  };
}
