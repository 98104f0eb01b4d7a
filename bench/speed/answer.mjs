/** The contestant's side: a line with seconds comes in, a line with what was done in them goes out; then the next. */
import { createInterface } from 'node:readline';

/** Serves until the input ends. `run` gives samples, seconds and [step, loss] pairs, steps counted from 1 since the start. */
export async function answer(run) {
  for await (const line of createInterface({ input: process.stdin })) {
    const done = await run(Number(line));
    const peakMegabytes = process.resourceUsage().maxRSS / 1024;
    process.stdout.write(`${JSON.stringify({ ...done, peakMegabytes })}\n`);
  }
  process.exit(0);
}
