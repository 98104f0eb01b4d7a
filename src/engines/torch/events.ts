/** What a job tells of itself, line by line, in out/events.jsonl. Node only. */
import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

const step = z.int().min(0);

const eventSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('start'),
    step,
    world: z.int().min(1),
    backend: z.string(),
    device: z.string(),
    torch: z.string(),
    threads: z.int(),
  }),
  /** The losses of the steps since the one before, up to this one. */
  z.object({ event: z.literal('step'), step, losses: z.array(z.number()), seconds: z.number() }),
  /** The state after an epoch, or in the middle of one; whole = with that of the optimiser. */
  z.object({
    event: z.enum(['epoch', 'state']),
    step,
    file: z.string().regex(/^state-\d+\.safetensors$/),
    whole: z.boolean(),
  }),
  z.object({ event: z.literal('diverged'), step, what: z.enum(['loss', 'weights']) }),
  z.object({ event: z.enum(['stopped', 'end']), step }),
]);

export type JobEvent = z.infer<typeof eventSchema>;

const pollMilliseconds = 10;

/** The events of a file that grows, until the job has ended and nothing is left of it. */
export async function* jobEvents(path: string, ended: () => boolean): AsyncGenerator<JobEvent> {
  let offset = 0;
  let rest = '';
  for (;;) {
    const over = ended();
    const text = await readFrom(path, offset);
    offset += text.length;
    const lines = (rest + text.toString('utf8')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield eventSchema.parse(JSON.parse(line));
    if (over) return;
    if (lines.length === 0) await setTimeout(pollMilliseconds);
  }
}

/** The bytes of a file behind a place, which may be none. */
async function readFrom(path: string, offset: number): Promise<Buffer> {
  const file = await open(path).catch(() => undefined);
  if (!file) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
