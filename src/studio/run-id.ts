/** A run of the studio is a folder in the folder of runs. Node only. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HillockError } from '../errors.ts';
import { Refusal } from '../serve/exchange.ts';

/** The folder of a run by its name; throws a `Refusal` for a name that is none. */
export function runFolder(runs: string, id: string): string {
  if (id === '' || id.startsWith('.') || /[/\\\0]/.test(id))
    throw new Refusal(400, `${id.slice(0, 100)} is no name of a run`);
  return join(runs, id);
}

/** The same for a run that is there; throws `HillockError` kind `data` where it is not. */
export async function knownFolder(runs: string, id: string): Promise<string> {
  const folder = runFolder(runs, id);
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return folder;
  throw new HillockError('data', `there is no run ${id}`, 'it may have been deleted');
}
