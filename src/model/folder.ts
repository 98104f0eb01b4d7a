/** A run folder on disk. Every file is written aside, synced and renamed, so that a reader never sees half of one. Node only. */
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { cannotWrite, HillockError } from '../errors.ts';
import { type Artifact, decodeArtifact } from './artifact.ts';

/** The files of a run, by what they hold. */
export const runFiles = {
  model: 'model.onnx',
  report: 'report.json',
  history: 'history.jsonl',
  /** Of a network from another program: where it came from. */
  imported: 'import.json',
  plan: join('checkpoint', 'plan.json'),
  state: join('checkpoint', 'state.safetensors'),
} as const;

let counter = 0;

/** Writes a file whole or not at all; throws `HillockError` kind `data` that tells why the disk refused. */
export async function writeWhole(path: string, data: Uint8Array | string): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.${counter++}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(aside, 'w');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw cannotWrite(path, cause);
  }
}

/** Makes the rename itself durable, where the platform can. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** The path of the model in a run folder, or of a model file itself. */
export async function modelPath(run: string): Promise<string> {
  const found = await stat(run).catch(() => undefined);
  if (!found) throw new HillockError('model-file', `no run or model at ${run}`, 'see your runs with `hillock runs`');
  return found.isDirectory() ? join(run, runFiles.model) : run;
}

/** What tells one version of a run's model file from another; undefined where there is none. */
export async function modelStamp(run: string): Promise<string | undefined> {
  const file = await stat(await modelPath(run).catch(() => run)).catch(() => undefined);
  return file?.isFile() ? `${file.mtimeMs} ${file.size} ${file.ino}` : undefined;
}

/** The name of a run: of its folder, or of the folder of its model file. */
export function modelName(run: string): string {
  const path = resolve(run);
  const name = /\.onnx$/i.test(path) && basename(path) === runFiles.model ? basename(dirname(path)) : basename(path);
  return name.replace(/\.onnx$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'model';
}

/** The bytes of the model of a run folder (or a model file), and their path; throws `HillockError` kind `model-file`. */
export async function readModel(run: string): Promise<{ readonly bytes: Uint8Array; readonly path: string }> {
  const path = await modelPath(run);
  const file = await readFile(path).catch((cause: unknown) => {
    throw new HillockError(
      'model-file',
      `${run} holds no model.onnx`,
      'its training did not finish: go on with `hillock train --resume`',
      { cause },
    );
  });
  // A plain view: slices of Node's own Buffer share its memory.
  return { bytes: new Uint8Array(file.buffer, file.byteOffset, file.byteLength), path };
}

/** Reads the model of a run folder (or a model file); throws `HillockError` kind `model-file`. */
export async function readArtifact(run: string): Promise<Artifact> {
  const { bytes, path } = await readModel(run);
  return decodeArtifact(bytes, path);
}
