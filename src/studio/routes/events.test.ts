import { expect, onTestFinished, test, vi } from 'vitest';
import type { Call } from '../route.ts';
import type { Workplace } from '../workplace.ts';
import { eventRoutes } from './events.ts';

const never = new Promise<never>(() => undefined);
/** A training that tells nothing. */
async function* silent(): AsyncGenerator<never> {
  yield await never;
}

test('a page that has gone hears nothing more', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const call = {
    param: () => 'run',
    request: new Request('http://127.0.0.1/'),
    url: new URL('http://127.0.0.1/'),
  } as unknown as Call;
  const place = { runs: '/', trainings: { events: silent } } as unknown as Workplace;
  const { body } = await eventRoutes[0]!.handle(call, place);
  const reader = body!.getReader();
  vi.advanceTimersByTime(15_000);
  expect(new TextDecoder().decode((await reader.read()).value)).toBe(': still here\n\n');
  await reader.cancel();
  vi.advanceTimersByTime(60_000);
  expect(vi.getTimerCount()).toBe(0);
});
