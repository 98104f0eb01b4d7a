import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** The slowest rooms first, so that no worker ends long after the others. */
const slowest = ['test/engines/', 'test/studio/', 'test/cli/', 'test/web/', 'test/'];
const turn = (file: string): number => slowest.findIndex(room => file.includes(`/${room}`)) >>> 0;

class SlowestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]) {
    return files.toSorted((a, b) => turn(a.moduleId) - turn(b.moduleId));
  }
}

/** Units whose tests mock modules (`vi.mock`), or need theirs or their engine unshared. */
const alone = ['src/model/folder.test.ts', 'src/onnx/wire.test.ts', 'src/runtime/fused-products.test.ts'];

const inBrowser = ['test/studio/**/*.test.ts', 'test/web/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: SlowestFirst },
    maxConcurrency: 2,
    maxWorkers: availableParallelism(),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    globalSetup: ['test/setup.ts'],
    projects: [
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts', ...alone], exclude: inBrowser } },
      // A real browser beside other work: what fails twice is red.
      { extends: true, test: { name: 'browser', include: inBrowser, retry: 1 } },
      // A worker reads the modules of the units once for all of their tests.
      { extends: true, test: { name: 'units', include: ['src/**/*.test.ts'], exclude: alone, isolate: false } },
    ],
  },
});
