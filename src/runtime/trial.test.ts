import { expect, test } from 'vitest';
import { f32 } from '../graph/index.ts';
import { nodeRuntime } from './node.ts';
import type { Runtime } from './runtime.ts';
import { tryRuntime } from './trial.ts';

test('a runtime that computes rightly passes, one that does not is told with its numbers', async () => {
  const right = await nodeRuntime({ threads: 1 });
  await tryRuntime(right);
  const wrong: Runtime = {
    ...right,
    async open(model) {
      const session = await right.open(model);
      return { ...session, run: async feeds => ({ ...(await session.run(feeds)), end: f32([4, 13, 12, 20], [2, 2]) }) };
    },
  };
  await expect(tryRuntime(wrong)).rejects.toMatchObject({
    kind: 'device',
    message: expect.stringContaining('4, 13, 12, 20 for'),
  });
});
