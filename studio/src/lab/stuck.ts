/** Training that stays finite and learns nothing, because its learning rate drove the weights too far. */
import type { Stuck } from './messages.ts';
import type { Room } from './room.ts';

/** Noise and a first overshoot reach twice the loss of the first weights for a few epochs, and come back. */
const far = 2;
const patience = 20;
/** Most networks stand a learning rate up to this one: what goes wrong there has another cause. */
const calm = 0.1;

/** Counts the epochs in a row that end far above where the first weights stood. */
export function counted(room: Room, loss: number): void {
  room.above = loss > far * (room.history[0]?.train ?? loss) ? room.above + 1 : 0;
}

export const stuckOf = ({ above, fastest, history }: Room): Stuck | undefined =>
  above >= patience && fastest > calm
    ? { learningRate: fastest, epochs: patience, times: far, first: history[0]!.train }
    : undefined;
