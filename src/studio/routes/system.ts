import { availableParallelism, cpus, totalmem } from 'node:os';
import { bestValue, type Metric, metrics } from '../../train/index.ts';
import { version } from '../../version.ts';
import { json } from '../answer.ts';
import { resultOf } from '../command.ts';
import type { Field } from '../fields.ts';
import type { Route } from '../route.ts';

export interface MetricInfo extends Pick<Metric, 'name' | 'better'> {
  readonly best: number | null;
}

export interface SystemInfo {
  readonly hillock: string;
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memory: number;
  readonly folder: string;
  readonly runs: string;
  /** Every score: whether more of it is better, and the best there can be (null = there is no end). */
  readonly metrics: readonly MetricInfo[];
  /** The options of a training. */
  readonly trainFields: readonly Field[];
}

export const systemRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/system',
    about: 'The machine, the folders, and the options that a training takes.',
    handle: (_, { folder, runs, trainFields }) =>
      json({
        hillock: version,
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        processor: cpus()[0]?.model.trim() ?? 'unknown',
        cores: availableParallelism(),
        memory: totalmem(),
        folder,
        runs,
        metrics: metrics.map(metric => ({ name: metric.name, better: metric.better, best: bestValue(metric) })),
        trainFields,
      } satisfies SystemInfo),
  },
  {
    method: 'GET',
    path: '/api/doctor',
    about: 'Whether this machine has what is needed: hillock doctor.',
    handle: async ({ request }, { command, folder }) =>
      json(await resultOf(command, ['doctor'], folder, request.signal)),
  },
];
