/** All state of the screens lives in the address: `#screen?name=value&…`; a link is what one sees. */
import { batch, effect, type Signal, signal } from '@preact/signals';

/** How a value stands in an address; `read` answers undefined for what it does not understand. */
export interface Codec<T> {
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
}

interface Kept {
  readonly state: Signal<unknown>;
  readonly load: (text: string | null) => void;
  readonly text: () => string | undefined;
}

/** The first screen, where the address names none. */
export const firstScreen = 'neuron';

/** The screen that is shown. */
export const screen = signal(firstScreen);
/** Ids of the sections that a teacher has hidden. */
export const hidden = signal<readonly string[]>([]);
/** The lesson that is read, if any. */
export const lesson = signal<string | undefined>(undefined);

const kept = new Map<string, Map<string, Kept>>();
const read = (): { name: string; params: URLSearchParams } => {
  const [name = '', query = ''] = location.hash.slice(1).split('?');
  return { name: name || firstScreen, params: new URLSearchParams(query) };
};

const plain = (text: string): string => encodeURIComponent(text).replace(/%2C/g, ',').replace(/%3A/g, ':');

type Written = Readonly<Record<string, string>>;

/** The address of a screen as it is now; `changes` replace values by their written form. */
export function addressOf(name: string, changes: Written = {}): string {
  const now = [...(kept.get(name) ?? [])].flatMap(([key, { text }]) => {
    const value = text();
    return value === undefined ? [] : [[key, value] as const];
  });
  return freshAddressOf(name, { ...Object.fromEntries(now), ...changes });
}

/** The address of a screen as it is at first, but for the values that are given by their written form. */
export function freshAddressOf(name: string, given: Written = {}): string {
  const values = new Map<string, string>();
  if (hidden.value.length > 0) values.set('hide', hidden.value.join(','));
  if (lesson.value) values.set('lesson', lesson.value);
  for (const [key, value] of Object.entries(given)) values.set(key, value);
  const query = [...values].map(([key, value]) => `${key}=${plain(value)}`).join('&');
  return `#${name}${query && `?${query}`}`;
}

/** A value of a screen that is kept in the address while it differs from what it is at first. */
export function inAddress<T>(name: string, key: string, codec: Codec<T>, initial: T): Signal<T> {
  const state = signal(initial);
  const load = (text: string | null): void => {
    const found = text === null ? initial : codec.read(text);
    if (found !== undefined) state.value = found;
  };
  const text = (): string | undefined => {
    const written = codec.write(state.value);
    return written === codec.write(initial) ? undefined : written;
  };
  const fields = kept.get(name) ?? new Map<string, Kept>();
  kept.set(name, fields.set(key, { state: state as Signal<unknown>, load, text }));
  const now = read();
  if (now.name === name) load(now.params.get(key));
  effect(() => {
    state.value;
    if (screen.peek() === name) keepSoon();
  });
  return state;
}

let waiting = 0;
/** The address that the state is of. */
let taken = location.hash;
/** Writes the address a little later: browsers refuse hundreds of writes a second. */
function keepSoon(): void {
  clearTimeout(waiting);
  waiting = window.setTimeout(keep, 120);
}

/** Writes the address now. */
export function keep(): void {
  clearTimeout(waiting);
  // Someone goes elsewhere, and the event that says so is still on its way.
  if (location.hash !== taken) return;
  const address = addressOf(screen.peek());
  if (location.hash !== address) history.replaceState(null, '', address);
  taken = location.hash;
}

function load(): void {
  clearTimeout(waiting);
  taken = location.hash;
  const { name, params } = read();
  batch(() => {
    screen.value = name;
    hidden.value = (params.get('hide') ?? '').split(',').filter(Boolean);
    lesson.value = params.get('lesson') ?? undefined;
    for (const [key, { load: take }] of kept.get(name) ?? []) take(params.get(key));
  });
}

/** Follows the address from now on. */
export function followHash(): void {
  load();
  addEventListener('hashchange', load);
}

/** Goes to a screen as one left it, or with other values. */
export function go(name: string, changes: Readonly<Record<string, string>> = {}): void {
  location.hash = addressOf(name, changes);
}

/** Goes to an address; resolves when everything that it keeps is taken up. */
export function goTo(address: string): Promise<void> {
  const before = location.hash;
  location.hash = address;
  return new Promise(resolve => {
    if (location.hash === before) resolve();
    else addEventListener('hashchange', () => resolve(), { once: true });
  });
}

const finite = (text: string): number | undefined => {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
};

export const aNumber: Codec<number> = { read: finite, write: value => String(shortened(value)) };
/** A whole number from 0 on, every digit of it. */
export const aCount: Codec<number> = {
  read: text => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  write: String,
};
export const aText: Codec<string> = { read: text => text, write: value => value };
export const aFlag: Codec<boolean> = { read: text => text !== '0', write: value => (value ? '1' : '0') };
export const numbers: Codec<readonly number[]> = {
  read(text) {
    const values = text === '' ? [] : text.split(',').map(finite);
    return values.every(value => value !== undefined) ? values : undefined;
  },
  write: values => values.map(value => String(shortened(value))).join(','),
};
/** A number, or a whole one, between two others. */
export const between = (low: number, high: number, integer = false): Codec<number> => ({
  read(text) {
    const value = finite(text);
    const fits = value !== undefined && value >= low && value <= high && (!integer || Number.isInteger(value));
    return fits ? value : undefined;
  },
  write: aNumber.write,
});
/** So many numbers. */
export const exactly = (...counts: readonly number[]): Codec<readonly number[]> => ({
  read(text) {
    const values = numbers.read(text);
    return values && counts.includes(values.length) ? values : undefined;
  },
  write: numbers.write,
});
/** Anything that JSON writes, where it is of the right kind. */
export const json = <T>(accepts: (value: unknown) => boolean): Codec<T> => ({
  read(text) {
    try {
      const value: unknown = JSON.parse(text);
      return accepts(value) ? (value as T) : undefined;
    } catch {
      return undefined;
    }
  },
  write: value => JSON.stringify(value),
});
/** One of some words. */
export const oneOf = <T extends string>(words: readonly T[]): Codec<T> => ({
  read: text => words.find(word => word === text),
  write: value => value,
});

const shortened = (value: number): number => Number(value.toPrecision(6));

const short = (value: number): number => Number(value.toFixed(3));

/** Points in the plane of two inputs, each with its target: `x1:x2:target,…`. */
export const points: Codec<readonly { readonly x1: number; readonly x2: number; readonly target: number }[]> = {
  read(text) {
    const found = text
      .split(',')
      .filter(Boolean)
      .map(one => one.split(':').map(Number));
    if (!found.every(one => one.length === 3 && one.every(Number.isFinite))) return undefined;
    return found.map(([x1, x2, target]) => ({ x1: x1!, x2: x2!, target: target! }));
  },
  write: list => list.map(({ x1, x2, target }) => `${short(x1)}:${short(x2)}:${short(target)}`).join(','),
};
