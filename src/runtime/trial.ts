/** A small program whose result is known: whether a runtime computes, and computes rightly. */
import { HillockError } from '../errors.ts';
import { f32, floats, i64, input } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { add, loop, matMul } from '../ops/index.ts';
import type { Runtime } from './runtime.ts';

/** h ← h·w + h, so many times. */
function trialModel(): Uint8Array {
  const count = input('count', [], 'int64');
  const [h, w] = [input('h', [2, 2]), input('w', [2, 2])];
  const { state } = loop(count, [h], 'trips', (_, [before]) => ({
    state: [add(matMul(before!, w), before!)],
    emit: [],
  }));
  return encodeModel({ inputs: [count, h, w], outputs: [...state] }, { outputs: ['end'] });
}

/** Runs a loop of two products; throws `HillockError` kind `device` where it does not run or gives other numbers. */
export async function tryRuntime(runtime: Runtime): Promise<void> {
  const session = await runtime.open(trialModel());
  try {
    const feeds = { count: i64([2], []), h: f32([1, 2, 3, 4], [2, 2]), w: f32([1, -1, 0, 2], [2, 2]) };
    const found = [...floats((await session.run(feeds)).end)];
    if (found.join() !== [4, 13, 12, 21].join())
      throw new HillockError(
        'device',
        `${runtime.device} computes wrong numbers: ${found.join(', ')} for 4, 13, 12, 21`,
      );
  } finally {
    await session.close();
  }
}
