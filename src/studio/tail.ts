/** Follows a file of lines that grows. Node only. */
import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** A line of a file, counted from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

const chunk = 1 << 16;
const lookEvery = 120;

/** The whole lines of a file from `after` on, as they are written, several at a time; ends when `alive` says no and all was read. */
export async function* tail(
  path: string,
  after: number,
  alive: () => Promise<boolean>,
  signal: AbortSignal,
): AsyncGenerator<readonly Line[]> {
  const file = await open(path);
  try {
    const decoder = new TextDecoder();
    const bytes = new Uint8Array(chunk);
    let pending = '';
    let number = 0;
    for (let last = false; !signal.aborted; ) {
      const { bytesRead } = await file.read(bytes, 0, chunk);
      if (bytesRead === 0) {
        if (last) return;
        last = !(await alive());
        if (!last) await wait(lookEvery);
        continue;
      }
      const texts = (pending + decoder.decode(bytes.subarray(0, bytesRead), { stream: true })).split('\n');
      pending = texts.pop()!;
      const lines = texts.map(text => ({ number: ++number, text })).filter(line => line.number > after);
      if (lines.length > 0) yield lines;
    }
  } finally {
    await file.close();
  }
}

/** The last line of a file, where it is shorter than 64 KiB; the end of it where it is longer. */
export async function lastLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(new Uint8Array(chunk), 0, chunk, Math.max(0, size - chunk));
    return new TextDecoder().decode(buffer.subarray(0, bytesRead)).trimEnd().split('\n').at(-1)!;
  } finally {
    await file.close();
  }
}
