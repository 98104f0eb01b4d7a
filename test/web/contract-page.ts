/** The contract of runtimes in a page: what `contract.test.ts` bundles and runs there. */
import { runtimeContract, type Skip } from '../../src/runtime/runtime.case.ts';
import { type PageRuntimeOptions, pageRuntime } from '../../src/runtime/wasm-page.ts';
import { apart, gpuJobs, learned } from '../train/on-gpu.case.ts';
import { runAll, type Told } from './vitest-in-page.ts';

declare global {
  interface Window {
    /** Trains a job of `gpuJobs` on a GPU and on the processor of the page: how far apart they end. */
    trained: (job: string, ort: string) => Promise<ReturnType<typeof apart>>;
    contract: (options: PageRuntimeOptions, skips: readonly Skip[]) => Promise<readonly Told[]>;
  }
}

window.trained = async (name, ort) => {
  const [gpu, processor] = [
    await pageRuntime({ device: 'webgpu', threads: 1, ort }),
    await pageRuntime({ threads: 1, ort }),
  ];
  return apart(await learned(gpuJobs[name]!, gpu), await learned(gpuJobs[name]!, processor));
};

window.contract = (options, skips) => {
  runtimeContract('page', () => pageRuntime(options), skips);
  return runAll();
};
