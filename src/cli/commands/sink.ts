import { cannotWrite } from '../../errors.ts';
import type { Output } from '../output.ts';

/** Where rows are written to. */
export interface Sink {
  write(text: string): Promise<void>;
  /** Everything is written: a file takes its name only now. */
  finish(): Promise<void>;
  /** Something went wrong: nothing is left behind. */
  discard(): Promise<void>;
}

/** Standard output. */
export const streamSink = (out: Output): Sink => ({
  write: text => out.write(text),
  finish: async () => undefined,
  discard: async () => undefined,
});

/** A file, written aside and renamed at the end, so that it is whole or as it was before. */
export async function fileSink(path: string): Promise<Sink> {
  const { open, rename, rm } = await import('node:fs/promises');
  const { basename, dirname, join } = await import('node:path');
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const refuse = (cause: unknown): never => {
    throw cannotWrite(path, cause);
  };
  const special = await isSpecial(path);
  const file = await open(special ? path : aside, 'w').catch(refuse);
  return {
    write: text => file.writeFile(text).catch(refuse),
    async finish() {
      if (!special) await file.sync().catch(refuse);
      await file.close();
      if (!special) await rename(aside, path).catch(refuse);
    },
    async discard() {
      await file.close().catch(() => undefined);
      if (!special) await rm(aside, { force: true });
    },
  };
}

/** Whether a path is a device or a pipe, which cannot be renamed onto. */
async function isSpecial(path: string): Promise<boolean> {
  const { stat } = await import('node:fs/promises');
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}
