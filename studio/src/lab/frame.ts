/** How the network in the laboratory stands, as the page draws it. */
import { type LabFrame, phases } from './messages.ts';
import { epochOf, type Room } from './room.ts';
import { stuckOf } from './stuck.ts';

const inputsOf = ({ data: { x, inputs } }: Room, row: number): Float32Array =>
  x.slice(row * inputs, (row + 1) * inputs);

/** `playing` and how many samples a second it learns from are the worker's to tell. */
export async function frameOf(room: Room, playing: boolean, rate: number): Promise<LabFrame> {
  const { lab, pictures, pending, history, snapshots } = room;
  const { state } = lab;
  const answer = (await lab.answers(pictures.answer)).y;
  const small = pictures.small.length > 0 ? await lab.look(pictures.small) : new Map();
  const here = await lab.look(pending ? inputsOf(room, pending.step.rows[0]!) : room.here);
  const losses = await lab.losses();
  return {
    id: room.id,
    playing,
    replayable: room.replayable,
    epoch: epochOf(room),
    steps: state.steps,
    seen: state.seen,
    ...losses,
    samplesPerSecond: rate,
    parameters: state.parameters,
    gradients: pending?.step.gradients ?? room.gradients,
    answer,
    small: new Map([...small].map(([name, { y }]) => [name, y])),
    here: {
      z: new Map([...here].map(([name, { z }]) => [name, z])),
      y: new Map([...here].map(([name, { y }]) => [name, y])),
    },
    under: pending && {
      phase: phases[Math.min(pending.phase, phases.length - 1)]!,
      rows: pending.step.rows,
      loss: pending.step.loss,
    },
    stuck: stuckOf(room),
    history,
    snapshots: snapshots.map(({ epoch, train }) => ({ epoch, train })),
  };
}
