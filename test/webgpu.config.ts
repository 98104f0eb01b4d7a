/** What `src/runtime/webgpu.test.ts` runs in a process of its own. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['src/runtime/webgpu.case.ts', 'test/train/webgpu.case.ts'], pool: 'forks', testTimeout: 600_000 },
});
