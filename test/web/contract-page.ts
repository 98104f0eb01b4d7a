/** The contract of runtimes in a page: what `contract.test.ts` bundles and runs there. */
import { runtimeContract, type Skip } from '../../src/runtime/runtime.case.ts';
import { type PageRuntimeOptions, pageRuntime } from '../../src/runtime/web-page.ts';
import { runAll, type Told } from './vitest-in-page.ts';

declare global {
  interface Window {
    contract: (options: PageRuntimeOptions, skips: readonly Skip[]) => Promise<readonly Told[]>;
  }
}

window.contract = (options, skips) => {
  runtimeContract('page', () => pageRuntime(options), skips);
  return runAll();
};
