/** Training on devices whose loops would leave them at every step: the host runs the steps, what they carry stays there. */
import { f32, i32, type Tensor } from '../graph/index.ts';
import type { Runtime, Session, Tensors } from '../runtime/index.ts';

/** What runs so many steps of training. */
export type Program = Pick<Session, 'run' | 'close'>;

/** A program of one step as if it were the loop: the same feeds, the same results. */
export async function openSteps(model: Uint8Array, runtime: Runtime): Promise<Program> {
  const stepper = await runtime.openStep!(model);
  return {
    async run({ steps, x, ...feeds }) {
      const count = Number((steps!.data as BigInt64Array)[0]);
      const positions = i32(Int32Array.from({ length: count }, (_, i) => i));
      const carried = { at: i32([0], []), losses: f32(new Float32Array(count)) };
      const { "losses'": losses, ...after } = await stepper.run(
        { ...feeds, ...carried, positions, x: asFloats(x!) },
        count,
      );
      return { ...after, losses: losses! } satisfies Tensors;
    },
    close: () => stepper.close(),
  };
}

const asFloats = ({ data, shape }: Tensor): Tensor =>
  f32(data instanceof Float32Array ? data : Float32Array.from(data as Uint8Array), shape);
