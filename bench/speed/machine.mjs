/** What else the machine did while something was measured. */
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** Ticks of all processors so far, and those that the hypervisor gave to other machines; Linux only. */
function ticks() {
  if (!existsSync('/proc/stat')) return { all: 0, stolen: 0 };
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: fields.reduce((a, b) => a + b, 0), stolen: fields[7] };
}

/** Begins to watch; the function that comes back tells the load before and the share of the time that was stolen. */
export function watched() {
  const [load, before] = [loadavg()[0], ticks()];
  return () => {
    const after = ticks();
    return { load, stolen: Number(((after.stolen - before.stolen) / Math.max(1, after.all - before.all)).toFixed(3)) };
  };
}
