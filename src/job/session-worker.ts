/** The other side of `sessionOnThread`: opens one program and runs it as often as it is asked to. */
import { parentPort, workerData } from 'node:worker_threads';
import { HillockError } from '../errors.ts';
import type { Session } from '../runtime/index.ts';
import { runtimeFor } from './device.ts';
import { moved, type SessionAnswer, type SessionRequest, type SessionTask } from './session-thread.ts';

const port = parentPort!;
const post = (answer: SessionAnswer, memory: ArrayBuffer[] = []): void => port.postMessage(answer, memory);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function answer(session: Session, request: SessionRequest): Promise<void> {
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
    post({ id, error: messageOf(error) });
  }
}

async function open(): Promise<void> {
  const { model, device } = workerData as SessionTask;
  const notices: string[] = [];
  const runtime = await runtimeFor(device, { threads: 1, spin: false, notice: message => notices.push(message) });
  const session = await runtime.open(model);
  port.on('message', (request: SessionRequest) => void answer(session, request));
  post({ opened: { inputNames: session.inputNames, outputNames: session.outputNames, notices } });
}

open().catch((error: unknown) => {
  const known = error instanceof HillockError ? error : undefined;
  post({ refused: { kind: known?.kind ?? 'unexpected', message: messageOf(error), hint: known?.hint } });
});
