/** The public surface of `hillock/lab`: a network in a page, trained step by step with every number in sight. */
import { pageRuntime } from '../runtime/web-page.ts';
import { type Lab, type LabSetup, lab as labOn } from '../train/lab.ts';
import { ortAddress, type PageOptions } from './options.ts';

export { HillockError } from '../errors.ts';
export { type DenseSpec, dense, type NetworkSpec, network } from '../nn/index.ts';
export type { OptimizerName } from '../optim/index.ts';
export { random } from '../random.ts';
export type { Arrays, Lab, LabData, LabLook, LabOptions, LabSetup, LabState, LabStep } from '../train/lab.ts';
export type { LabTask } from '../train/lab-program.ts';

/** Opens a network in this thread, on WebAssembly; throws `HillockError` kinds `usage` and `device`. */
export const lab = async (setup: LabSetup, options: PageOptions = {}): Promise<Lab> =>
  labOn(await pageRuntime({ threads: 1, ort: ortAddress(options) }), setup);
