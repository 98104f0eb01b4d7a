/** Programs of one step on a GPU: what a step makes is fed to the next one where it lies. */
import { HillockError } from '../errors.ts';
import { type Dim, type DType, input, type Tensor, type Value } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { identity } from '../ops/index.ts';
import { type InferenceSession, type InTurn, type OrtMaker, type OrtTensor, tensorOf, tensorsOf } from './ort.ts';
import type { Stepper, Tensors } from './runtime.ts';

type OnDevice = Readonly<Record<string, OrtTensor>>;

/** `ort` makes sessions whose outputs stay on the device, or come back. */
export async function ortStepper(model: Uint8Array, ort: OrtMaker, inTurn: InTurn): Promise<Stepper> {
  const step = await ort.create(model, true);
  const carried = step.inputNames.filter(name => step.outputNames.includes(after(name)));
  const fixed = step.inputNames.filter(name => !carried.includes(name));
  const [up, down] = [await gate(ort, step, fixed, true), await gate(ort, step, carried, false)];
  let kept: { readonly came: Tensors; readonly there: OnDevice } | undefined;

  const run = async (feeds: Tensors, times: number): Promise<Tensors> => {
    const lying = await up.run(fedTo(ort, feeds, fixed));
    const still = Object.fromEntries(fixed.map(name => [name, lying[after(name)]!]));
    // What came back from here and is fed again has never left.
    let state: OnDevice = Object.fromEntries(
      carried.map(name => {
        const there = kept?.came[after(name)]?.data === feeds[name]!.data ? kept!.there[name] : undefined;
        return [name, there ?? tensorOf(ort.Tensor, feeds[name]!)];
      }),
    );
    const before = kept?.there ?? {};
    for (let time = 0; time < times; time++) {
      const made = await step.run({ ...still, ...state }).catch((cause: unknown) => {
        throw cannotRun(cause);
      });
      const next = Object.fromEntries(carried.map(name => [name, made[after(name)]!]));
      release(state, next);
      state = next;
    }
    release(before, state);
    release(still, {});
    const came = tensorsOf(await down.run(state));
    kept = { came, there: state };
    return came;
  };
  return {
    run: (feeds, times) => inTurn(() => run(feeds, times)),
    close: () =>
      inTurn(async () => {
        if (kept) release(kept.there, {});
        for (const session of [step, up, down]) await session.release();
      }),
  };
}

/** ONNX Runtime has kernels of which some forms are missing on a GPU, and says so only when they run. */
function cannotRun(cause: unknown): HillockError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const what = detail.match(/running (\w+) node/)?.[1];
  return new HillockError(
    'device',
    `ONNX Runtime cannot train this network on a GPU${what ? `, because of ${what}` : ''}: ${detail}`,
    'train it on the processor (device cpu, in a page wasm)',
    { cause },
  );
}

const after = (name: string): string => `${name}'`;

/** A program that hands some inputs of another one on, to the device or from there. */
function gate(
  ort: OrtMaker,
  of: InferenceSession,
  names: readonly string[],
  stays: boolean,
): Promise<InferenceSession> {
  const inputs = of.inputMetadata.filter(({ name }) => names.includes(name)).map(declared);
  const outputs = inputs.map(value => identity(value));
  return ort.create(encodeModel({ inputs, outputs }, { outputs: names.map(after) }), stays);
}

function declared(entry: InferenceSession.ValueMetadata): Value {
  if (!entry.isTensor) throw new TypeError(`${entry.name} is no tensor`);
  return input(entry.name, entry.shape as readonly Dim[], entry.type as DType);
}

const fedTo = (ort: OrtMaker, feeds: Readonly<Record<string, Tensor>>, names: readonly string[]): OnDevice =>
  Object.fromEntries(names.map(name => [name, tensorOf(ort.Tensor, feeds[name]!)]));

/** Gives back the memory of tensors on the device, but not of those that are used on. */
function release(tensors: OnDevice, used: OnDevice): void {
  const on = new Set(Object.values(used));
  for (const tensor of Object.values(tensors))
    if (tensor.location === 'gpu-buffer' && !on.has(tensor)) tensor.dispose();
}
