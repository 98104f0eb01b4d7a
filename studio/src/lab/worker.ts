/** The laboratory in a thread of its own: trains, and tells the page how the network stands, no faster than it draws. */
import { HillockError, type Lab, type LabOptions, type LabSetup, type LabState, type LabStep, lab } from 'hillock/lab';
import { type FromLab, type LabFrame, type Pictures, phases, type Speed, type StepBy, type ToLab } from './messages.ts';

interface Snapshot {
  readonly state: LabState;
  readonly epoch: number;
  readonly train: number;
  readonly replayable: boolean;
}

interface Room {
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
  /** The last state from which a step had a loss like those before. */
  good: LabState;
}

const scope = globalThis as unknown as {
  postMessage(message: FromLab): void;
  onmessage: ((event: MessageEvent<ToLab>) => void) | null;
};

let room: Room | undefined;
let playing: Speed | undefined;
let drawn = true;
let rate = 0;
let work: Promise<void> = Promise.resolve();

scope.onmessage = ({ data }) => {
  if (data.kind === 'drawn') {
    drawn = true;
    return;
  }
  if (data.kind === 'pause') playing = undefined;
  const id = data.kind === 'open' ? data.id : (room?.id ?? 0);
  work = work
    .then(() => take(data))
    .catch(cause => {
      playing = undefined;
      const message = cause instanceof Error ? cause.message : String(cause);
      const hint = cause instanceof HillockError ? cause.hint : undefined;
      scope.postMessage({ kind: 'problem', id, message, hint });
    });
};

async function take(message: ToLab): Promise<void> {
  if (message.kind === 'open') return open(message);
  if (!room) return;
  switch (message.kind) {
    case 'play':
      if (playing === undefined) loop();
      playing = message.speed;
      return;
    case 'step':
      room.pending = undefined;
      if (message.by === 'sample') room.replayable = false;
      await (message.by === 'epoch' ? epoch(room) : one(room, message.by));
      break;
    case 'phase':
      if (message.by === 'sample') room.replayable = false;
      await phase(room, message.by);
      break;
    case 'change':
      room.pending = undefined;
      if (room.lab.state.steps > 0 && another(room.lab.options, message.options)) room.replayable = false;
      await room.lab.change(message.options);
      break;
    case 'edit':
      room.pending = undefined;
      room.replayable = false;
      room.lab.edit(message.parameter, message.index, message.value);
      break;
    case 'freeze':
      if (room.lab.state.steps > 0 && message.neurons.join() !== room.frozen.join()) room.replayable = false;
      room.frozen = message.neurons;
      room.lab.freeze(new Set(message.neurons));
      break;
    case 'rewind':
      room.lab.rewind();
      await begin(room, true);
      break;
    case 'advance':
      room.lab.rewind();
      await begin(room, true);
      while (room.lab.state.steps < message.steps && (await one(room, 'batch'))) await show(room, false);
      break;
    case 'take':
      room.lab.restore(message.state);
      await begin(room, false);
      break;
    case 'keep':
      scope.postMessage({ kind: 'state', id: room.id, state: room.lab.state });
      return;
    case 'restore': {
      const found = room.snapshots[message.index];
      if (found) {
        room.lab.restore(found.state);
        room.replayable = found.replayable;
      }
      room.pending = undefined;
      break;
    }
    case 'pictures':
      room.pictures = message.pictures;
      break;
    case 'look':
      room.here = message.inputs;
      break;
  }
  await show(room, true);
}

const another = (now: LabOptions, asked: Partial<LabOptions>): boolean =>
  Object.entries(asked).some(([name, value]) => now[name as keyof LabOptions] !== value);

/** Forgets how the network came to where it is. */
async function begin(room: Room, replayable: boolean): Promise<void> {
  const { state } = room.lab;
  Object.assign(room, {
    history: [],
    snapshots: [],
    pending: undefined,
    gradients: undefined,
    good: state,
    replayable,
  });
  await record(room);
}

async function open({ id, setup, pictures, ort }: Extract<ToLab, { kind: 'open' }>): Promise<void> {
  playing = undefined;
  await room?.lab.close();
  room = undefined;
  const opened = await lab(setup, { ort });
  const here = setup.data.x.slice(0, setup.data.inputs);
  room = {
    id,
    lab: opened,
    pictures,
    rows: setup.data.trainRows.length,
    data: setup.data,
    history: [],
    snapshots: [],
    here,
    pending: undefined,
    gradients: undefined,
    replayable: true,
    frozen: [],
    good: opened.state,
  };
  await record(room);
  await show(room, true);
}

const epochOf = ({ lab, rows }: Room): number => lab.state.seen / Math.max(1, rows);

const tooMuch = 1e4;
/** A loss so many times the first one is no longer usual. */
const usual = 10;

/** Makes one step; false where it would explode, which is told and taken back to where it began. */
async function one(room: Room, by: StepBy): Promise<boolean> {
  const step = await room.lab.compute(room.lab.next(by === 'sample' ? 1 : undefined));
  return make(room, step);
}

async function make(room: Room, step: LabStep): Promise<boolean> {
  if (!step.finite || !(step.loss < tooMuch)) {
    playing = undefined;
    room.pending = undefined;
    const epoch = epochOf(room);
    room.lab.restore(room.good);
    const largest = [...room.lab.state.parameters.values()].reduce(
      (most, values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), most),
      0,
    );
    const { learningRate } = room.lab.options;
    scope.postMessage({ kind: 'diverged', id: room.id, diverged: { epoch, learningRate, largest } });
    return false;
  }
  if (step.loss < usual * Math.max(1, room.history[0]?.train ?? 1)) room.good = room.lab.state;
  const before = Math.floor(epochOf(room));
  room.lab.apply(step);
  room.gradients = step.gradients;
  if (Math.floor(epochOf(room)) > before) await record(room);
  return true;
}

async function epoch(room: Room): Promise<boolean> {
  const goal = Math.floor(epochOf(room)) + 1;
  while (epochOf(room) < goal) if (!(await one(room, 'batch'))) return false;
  return true;
}

/** The next phase of a step: it is worked out at the first and done at the last. */
async function phase(room: Room, by: StepBy): Promise<void> {
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

const mostHistory = 600;
const mostSnapshots = 60;

const thinned = <T>(list: T[], most: number): T[] =>
  list.length <= most ? list : list.filter((_, i) => i % 2 === 0 || i === list.length - 1);

async function record(room: Room): Promise<void> {
  const losses = await room.lab.losses();
  const now = epochOf(room);
  room.history = thinned([...room.history.filter(({ epoch }) => epoch < now), { epoch: now, ...losses }], mostHistory);
  const kept = room.snapshots.filter(({ epoch }) => epoch < now);
  room.snapshots = thinned(
    [...kept, { state: room.lab.state, epoch: now, train: losses.train, replayable: room.replayable }],
    mostSnapshots,
  );
}

const turn = (time: number): Promise<void> => new Promise(resolve => setTimeout(resolve, time));

/** Milliseconds of training between two looks. */
const budget = { slow: 0, normal: 8, max: 24 };

async function loop(): Promise<void> {
  for (;;) {
    await turn(playing === 'slow' ? 250 : 0);
    const ended = await inTurn(async () => {
      if (!playing || !room) return true;
      const begin = performance.now();
      const seen = room.lab.state.seen;
      do {
        if (!(await one(room, 'batch'))) break;
      } while (playing && performance.now() - begin < budget[playing]);
      const seconds = (performance.now() - begin) / 1000;
      rate = (room.lab.state.seen - seen) / Math.max(1e-6, seconds);
      await show(room, false);
      return !playing;
    });
    if (ended) break;
  }
  if (room) await inTurn(() => show(room!, true));
}

/** Between the messages of the page, not beside them. */
function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const result = work.then(act);
  work = result.then(
    () => undefined,
    cause => {
      playing = undefined;
      scope.postMessage({ kind: 'problem', id: room?.id ?? 0, message: String(cause), hint: undefined });
    },
  );
  return result;
}

async function show(room: Room, always: boolean): Promise<void> {
  if (!always && !drawn) return;
  drawn = false;
  scope.postMessage({ kind: 'frame', frame: await frameOf(room) });
}

const inputsOf = ({ data: { x, inputs } }: Room, row: number): Float32Array =>
  x.slice(row * inputs, (row + 1) * inputs);

async function frameOf(room: Room): Promise<LabFrame> {
  const { lab, pictures, pending, history, snapshots } = room;
  const { state } = lab;
  const answer = (await lab.answers(pictures.answer)).y;
  const small = pictures.small.length > 0 ? await lab.look(pictures.small) : new Map();
  const here = await lab.look(pending ? inputsOf(room, pending.step.rows[0]!) : room.here);
  const losses = await lab.losses();
  return {
    id: room.id,
    playing: playing !== undefined,
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
    history,
    snapshots: snapshots.map(({ epoch, train }) => ({ epoch, train })),
  };
}
