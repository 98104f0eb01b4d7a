/** The steps of GPUs over the processor: tensors that stay are handed out as ones that must be given back. */
import { createRequire } from 'node:module';
import { type InferenceSession, type OrtMaker, type OrtTensor, oneAtATime } from './ort.ts';
import type { Stepper } from './runtime.ts';
import { ortStepper } from './stepper.ts';

export interface PlayedDevice {
  /** What is open and lies on the device now. */
  readonly now: { sessions: number; tensors: number };
  openStep(model: Uint8Array): Promise<Stepper>;
}

/** `opens` sees each session before it is made and may throw. */
export function playedDevice(opens: (count: number) => void = () => undefined): PlayedDevice {
  const ort = createRequire(import.meta.url)('onnxruntime-node') as {
    Tensor: OrtMaker['Tensor'];
    InferenceSession: { create(model: Uint8Array, options: object): Promise<InferenceSession> };
  };
  const now = { sessions: 0, tensors: 0 };
  const lying = new Map<OrtTensor, OrtTensor>();
  let count = 0;
  const there = (real: OrtTensor): OrtTensor => {
    const handle = {
      location: 'gpu-buffer',
      dispose() {
        if (lying.delete(handle as unknown as OrtTensor)) now.tensors--;
        handle.location = 'none';
      },
    };
    lying.set(handle as unknown as OrtTensor, real);
    now.tensors++;
    return handle as unknown as OrtTensor;
  };
  const real = (tensor: OrtTensor): OrtTensor => {
    const found = tensor.location === 'cpu' ? tensor : lying.get(tensor);
    if (!found) throw new Error('a tensor was read after it was given back');
    return found;
  };
  const create: OrtMaker['create'] = async (model, stays) => {
    opens(++count);
    const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
    now.sessions++;
    const each = (tensors: object, change: (tensor: OrtTensor) => OrtTensor): Record<string, OrtTensor> =>
      Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor as OrtTensor)]));
    return {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      inputMetadata: session.inputMetadata,
      async run(feeds: object) {
        const made = await session.run(each(feeds, real));
        return stays ? each(made, there) : made;
      },
      async release() {
        await session.release();
        now.sessions--;
      },
    } as unknown as InferenceSession;
  };
  return { now, openStep: model => ortStepper(model, { Tensor: ort.Tensor, create }, oneAtATime()) };
}
