import { expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, floats, i32, input } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { gather } from './index.ts';

test('rows that are read often get all of their gradient, also from several threads', async () => {
  const [rows, reads] = [3, 600_000];
  const [table, indices, dy] = [input('table', [rows, 1]), input('indices', [reads], 'int32'), input('dy', [reads, 1])];
  const [found] = grad(gather(table, indices), [table], dy);
  const model = encodeModel({ inputs: [indices, dy], outputs: [found!] }, { outputs: ['d'] });
  const session = await (await nodeRuntime({ threads: 4 })).open(model);
  const feeds = {
    indices: i32(Int32Array.from({ length: reads }, (_, i) => i % rows)),
    dy: f32(new Float32Array(reads).fill(1), [reads, 1]),
  };
  for (let run = 0; run < 3; run++)
    expect([...floats((await session.run(feeds)).d)]).toEqual([reads / 3, reads / 3, reads / 3]);
  await session.close();
});
