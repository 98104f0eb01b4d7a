/** One step of the network in the laboratory, whole or in phases; one that would explode is taken back. */
import type { LabStep } from 'hillock/lab';
import { phases, type StepBy } from './messages.ts';
import { epochOf, type Room, record } from './room.ts';

const tooMuch = 1e4;
/** A loss so many times the first one is no longer usual. */
const usual = 10;

/** Makes one step; false where it would explode, which is told and taken back to where it began. */
export async function one(room: Room, by: StepBy): Promise<boolean> {
  const step = await room.lab.compute(room.lab.next(by === 'sample' ? 1 : undefined));
  return make(room, step);
}

async function make(room: Room, step: LabStep): Promise<boolean> {
  if (!step.finite || !(step.loss < tooMuch)) {
    room.pending = undefined;
    const epoch = epochOf(room);
    room.lab.restore(room.good);
    const largest = [...room.lab.state.parameters.values()].reduce(
      (most, values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), most),
      0,
    );
    const { learningRate } = room.lab.options;
    room.diverged({ epoch, learningRate, largest });
    return false;
  }
  if (step.loss < usual * Math.max(1, room.history[0]?.train ?? 1)) room.good = room.lab.state;
  const before = Math.floor(epochOf(room));
  room.lab.apply(step);
  room.fastest = Math.max(room.fastest, room.lab.options.learningRate);
  room.gradients = step.gradients;
  if (Math.floor(epochOf(room)) > before) await record(room);
  return true;
}

export async function epoch(room: Room): Promise<boolean> {
  const goal = Math.floor(epochOf(room)) + 1;
  while (epochOf(room) < goal) if (!(await one(room, 'batch'))) return false;
  return true;
}

/** The next phase of a step: it is worked out at the first and done at the last. */
export async function phase(room: Room, by: StepBy): Promise<void> {
  if (!room.pending) {
    const step = await room.lab.compute(room.lab.next(by === 'sample' ? 1 : undefined));
    room.pending = { step, phase: 0 };
    return;
  }
  room.pending.phase++;
  if (phases[room.pending.phase] === 'update') await make(room, room.pending.step);
  if (room.pending.phase >= phases.length) {
    room.pending = undefined;
    await phase(room, by);
  }
}
