/** The laboratory in a thread of its own: trains, and tells the page how the network stands, no faster than it draws. */
import { HillockError, type LabOptions, lab } from 'hillock/lab';
import { frameOf } from './frame.ts';
import type { FromLab, Speed, ToLab } from './messages.ts';
import { begin, type Room, record, roomOf } from './room.ts';
import { epoch, one, phase } from './steps.ts';

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
    case 'pause':
      playing = undefined;
      break;
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
        room.above = 0;
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

async function open({ id, setup, pictures, ort }: Extract<ToLab, { kind: 'open' }>): Promise<void> {
  playing = undefined;
  await room?.lab.close();
  room = undefined;
  const opened = await lab(setup, { ort });
  room = roomOf(id, opened, setup.data, pictures, diverged => {
    playing = undefined;
    scope.postMessage({ kind: 'diverged', id, diverged });
  });
  await record(room);
  await show(room, true);
}

const turn = (time: number): Promise<void> => new Promise(resolve => setTimeout(resolve, time));

/** Milliseconds of training between two looks. */
const budget = { slow: 0, normal: 8, max: 24 };

/** Of the loop that plays; one that was paused may still wait when the next begins. */
let current = 0;

async function loop(): Promise<void> {
  const own = ++current;
  for (;;) {
    await turn(playing === 'slow' ? 250 : 0);
    const ended = await inTurn(async () => {
      if (!playing || !room || own !== current) return true;
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
  if (room && own === current) await inTurn(() => show(room!, true));
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
  scope.postMessage({ kind: 'frame', frame: await frameOf(room, playing !== undefined, rate) });
}
