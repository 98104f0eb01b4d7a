/** Every route of the studio. */
import type { Route } from '../route.ts';
import { columnRoutes } from './columns.ts';
import { compareRoutes } from './compare.ts';
import { dataRoutes } from './data.ts';
import { deployRoutes } from './deploy.ts';
import { evaluationRoutes } from './evaluation.ts';
import { eventRoutes } from './events.ts';
import { exportRoutes } from './exports.ts';
import { healthRoutes } from './health.ts';
import { inspectRoutes } from './inspect.ts';
import { layerRoutes } from './layers.ts';
import { lensRoutes } from './lens.ts';
import { predictRoutes } from './predict.ts';
import { runRoutes } from './runs.ts';
import { systemRoutes } from './system.ts';
import { trainRoutes } from './train.ts';

export const routes: readonly Route[] = [
  ...systemRoutes,
  ...dataRoutes,
  ...trainRoutes,
  ...runRoutes,
  ...eventRoutes,
  ...evaluationRoutes,
  ...columnRoutes,
  ...inspectRoutes,
  ...lensRoutes,
  ...layerRoutes,
  ...compareRoutes,
  ...predictRoutes,
  ...healthRoutes,
  ...exportRoutes,
  ...deployRoutes,
];
