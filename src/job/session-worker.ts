/** The other side of `sessionOnThread`: opens one program and runs it as often as it is asked to. */
import { parentPort, workerData } from 'node:worker_threads';
import { runtimeFor } from './device.ts';
import { moved, type SessionAnswer, type SessionRequest, type SessionTask } from './session-thread.ts';

const port = parentPort!;
const { model, device } = workerData as SessionTask;
const runtime = await runtimeFor(device, { threads: 1, spin: false });
const session = await runtime.open(model);
const post = (answer: SessionAnswer, memory: ArrayBuffer[] = []): void => port.postMessage(answer, memory);

port.on('message', async (request: SessionRequest) => {
  if (request === 'close') {
    await session.close();
    port.close();
    return;
  }
  const { id, feeds } = request;
  try {
    const results = await session.run(feeds);
    post({ id, results }, moved(results));
  } catch (error) {
    post({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
post({ inputNames: session.inputNames, outputNames: session.outputNames });
