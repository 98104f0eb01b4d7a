/** The network in the laboratory, and how it came to where it is. */
import type { Lab, LabSetup, LabState, LabStep } from 'hillock/lab';
import type { Diverged, Pictures } from './messages.ts';
import { counted } from './stuck.ts';

interface Snapshot {
  readonly state: LabState;
  readonly epoch: number;
  readonly train: number;
  readonly replayable: boolean;
}

export interface Room {
  readonly id: number;
  readonly lab: Lab;
  pictures: Pictures;
  readonly rows: number;
  readonly data: LabSetup['data'];
  history: { epoch: number; train: number; test: number }[];
  snapshots: Snapshot[];
  here: Float32Array;
  pending: { readonly step: LabStep; phase: number } | undefined;
  gradients: LabStep['gradients'] | undefined;
  replayable: boolean;
  frozen: readonly string[];
  /** Epochs in a row, up to now, whose loss was far above that of the first weights. */
  above: number;
  /** The largest learning rate since the start. */
  fastest: number;
  /** Hears of a step that would have exploded and was taken back. */
  readonly diverged: (told: Diverged) => void;
  /** The last state from which a step had a loss like those before. */
  good: LabState;
}

/** A network that has just been opened. */
export const roomOf = (
  id: number,
  lab: Lab,
  data: LabSetup['data'],
  pictures: Pictures,
  diverged: Room['diverged'],
): Room => ({
  id,
  lab,
  pictures,
  rows: data.trainRows.length,
  data,
  history: [],
  snapshots: [],
  here: data.x.slice(0, data.inputs),
  pending: undefined,
  gradients: undefined,
  replayable: true,
  frozen: [],
  above: 0,
  fastest: 0,
  good: lab.state,
  diverged,
});

export const epochOf = ({ lab, rows }: Room): number => lab.state.seen / Math.max(1, rows);

const mostHistory = 600;
const mostSnapshots = 60;

const thinned = <T>(list: T[], most: number): T[] =>
  list.length <= most ? list : list.filter((_, i) => i % 2 === 0 || i === list.length - 1);

export async function record(room: Room): Promise<void> {
  const losses = await room.lab.losses();
  const now = epochOf(room);
  counted(room, losses.train);
  room.history = thinned([...room.history.filter(({ epoch }) => epoch < now), { epoch: now, ...losses }], mostHistory);
  const kept = room.snapshots.filter(({ epoch }) => epoch < now);
  room.snapshots = thinned(
    [...kept, { state: room.lab.state, epoch: now, train: losses.train, replayable: room.replayable }],
    mostSnapshots,
  );
}

/** Forgets how the network came to where it is. */
export async function begin(room: Room, replayable: boolean): Promise<void> {
  const { state } = room.lab;
  Object.assign(room, {
    history: [],
    snapshots: [],
    pending: undefined,
    gradients: undefined,
    above: 0,
    fastest: 0,
    good: state,
    replayable,
  });
  await record(room);
}
