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
  const opened: InferenceSession[] = [];
  const open = async (program: Uint8Array, stays: boolean): Promise<InferenceSession> => {
    const session = await ort.create(program, stays);
    opened.push(session);
    return session;
  };
  const releaseAll = async (): Promise<void> => {
    for (const session of opened) await session.release();
  };
  try {
    const step = await open(model, true);
    const carried = step.inputNames.filter(name => step.outputNames.includes(after(name)));
    const fixed = step.inputNames.filter(name => !carried.includes(name));
    const [up, down] = [await open(gate(step, fixed), true), await open(gate(step, carried), false)];
    return stepping({ step, up, down, carried, fixed, releaseAll }, ort, inTurn);
  } catch (cause) {
    await releaseAll();
    throw cause;
  }
}

interface Sessions {
  readonly step: InferenceSession;
  /** What brings the inputs that stay as they are to the device, and what the step carries from there. */
  readonly up: InferenceSession;
  readonly down: InferenceSession;
  readonly carried: readonly string[];
  readonly fixed: readonly string[];
  releaseAll(): Promise<void>;
}

function stepping(sessions: Sessions, ort: OrtMaker, inTurn: InTurn): Stepper {
  const { step, up, down, carried, fixed, releaseAll } = sessions;
  let kept: { readonly came: Tensors; readonly there: OnDevice } | undefined;
  let closed: Promise<void> | undefined;

  const run = async (feeds: Tensors, times: number): Promise<Tensors> => {
    // What came back from here and is fed again has never left.
    let state: OnDevice = Object.fromEntries(
      carried.map(name => {
        const there = kept?.came[after(name)]?.data === feeds[name]!.data ? kept!.there[name] : undefined;
        return [name, there ?? tensorOf(ort.Tensor, feeds[name]!)];
      }),
    );
    const lying = await up.run(fedTo(ort, feeds, fixed));
    const still = Object.fromEntries(fixed.map(name => [name, lying[after(name)]!]));
    const before = kept?.there ?? {};
    kept = undefined;
    try {
      for (let time = 0; time < times; time++) {
        const made = await step.run({ ...still, ...state }).catch((cause: unknown) => {
          throw cannotRun(cause);
        });
        const next = Object.fromEntries(carried.map(name => [name, made[after(name)]!]));
        release(state, next);
        state = next;
      }
      const came = tensorsOf(await down.run(state));
      kept = { came, there: state };
      return came;
    } finally {
      const used = kept?.there ?? {};
      for (const tensors of [before, still, state]) release(tensors, used);
    }
  };
  return {
    async run(feeds, times) {
      if (closed) throw new Error('this program is closed');
      return inTurn(() => run(feeds, times));
    },
    close() {
      closed ??= inTurn(async () => {
        if (kept) release(kept.there, {});
        await releaseAll();
      });
      return closed;
    },
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
function gate(of: InferenceSession, names: readonly string[]): Uint8Array {
  const inputs = of.inputMetadata.filter(({ name }) => names.includes(name)).map(declared);
  const outputs = inputs.map(value => identity(value));
  return encodeModel({ inputs, outputs }, { outputs: names.map(after) });
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
