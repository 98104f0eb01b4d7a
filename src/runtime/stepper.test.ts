/** Steps whose state stays on a device: what they give, and what is left there when something fails. */
import { expect, test } from 'vitest';
import { f32, floats, i32, input } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { add, gather } from '../ops/index.ts';
import { playedDevice } from './stepper.case.ts';

/** total' = total + values[place]; places beyond the values fail when it runs. */
function summing(): Uint8Array {
  const [total, values, place] = [input('total', []), input('values', ['n']), input('place', [], 'int32')];
  const graph = { inputs: [total, values, place], outputs: [add(total, gather(values, place))] };
  return encodeModel(graph, { outputs: ["total'"], name: 'sum' });
}

const feeds = (total: ReturnType<typeof f32>, place = 1) => ({
  total,
  values: f32([1, 2, 3]),
  place: i32([place], []),
});
const zero = (): ReturnType<typeof f32> => f32([0], []);

test('the state of a run is fed to the next, and nothing is left when it is closed, once or twice', async () => {
  const device = playedDevice();
  const stepper = await device.openStep(summing());
  const first = await stepper.run(feeds(zero()), 3);
  expect(floats(first["total'"]!)).toEqual(Float32Array.of(6));
  const second = await stepper.run(feeds(first["total'"] as ReturnType<typeof f32>), 2);
  expect(floats(second["total'"]!)).toEqual(Float32Array.of(10));
  expect(device.now).toEqual({ sessions: 3, tensors: 1 });
  await Promise.all([stepper.close(), stepper.close()]);
  expect(device.now).toEqual({ sessions: 0, tensors: 0 });
  await expect(stepper.run(feeds(zero()), 1)).rejects.toThrow('closed');
});

test('a run that fails leaves nothing on the device, and the next one goes on from what it is fed', async () => {
  const device = playedDevice();
  const stepper = await device.openStep(summing());
  const first = await stepper.run(feeds(zero()), 3);
  const total = first["total'"] as ReturnType<typeof f32>;
  await expect(stepper.run(feeds(total, 7), 1)).rejects.toMatchObject({ kind: 'device' });
  expect(device.now.tensors).toBe(0);
  const second = await stepper.run(feeds(total), 1);
  expect(floats(second["total'"]!)).toEqual(Float32Array.of(8));
  await stepper.close();
  expect(device.now).toEqual({ sessions: 0, tensors: 0 });
});

test.each([1, 2, 3])('nothing is left open when session %i cannot be made', async broken => {
  const device = playedDevice(count => {
    if (count === broken) throw new Error('no memory');
  });
  await expect(device.openStep(summing())).rejects.toThrow('no memory');
  expect(device.now.sessions).toBe(0);
});
