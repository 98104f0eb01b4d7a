import { pageRuntime } from '../runtime/wasm-page.ts';
import { type Lab, lab as labOn } from '../train/lab.ts';
import type { LabSetup } from '../train/lab-state.ts';
import { ortAddress, type PageOptions } from './options.ts';

/** Opens a network in this thread, on WebAssembly; throws `HillockError` kinds `usage` and `device`. */
export const lab = async (setup: LabSetup, options: PageOptions = {}): Promise<Lab> =>
  labOn(await pageRuntime({ threads: 1, ort: ortAddress(options) }), setup);
