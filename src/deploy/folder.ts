/** A folder that is ready to be started: the model, the program, how to run it, and what to know of it. Node only. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { cannotWrite, HillockError } from '../errors.ts';
import type { Report } from '../job/index.ts';
import { writeWhole } from '../model/index.ts';
import type { Servable } from '../serve/index.ts';
import { inputReader } from '../serve/inputs/index.ts';
import { cardKind, type ModelCard } from './card.ts';
import { cardText } from './card-text.ts';
import { dockerfile, dockerignore } from './docker.ts';
import type { Gate } from './gate.ts';
import { modelCard } from './make-card.ts';
import { packageFile } from './package-file.ts';
import { packagesFor, programFiles } from './program.ts';
import { smokeCase, smokeScript } from './smoke.ts';
import { systemdUnit } from './systemd.ts';
import { type Deployment, slugOf } from './written.ts';

const written = [dockerfile, dockerignore, systemdUnit, packageFile, smokeScript];
const cardFile = 'model-card.json';

export interface DeployParts {
  readonly name: string;
  readonly report: Report;
  readonly gate: Gate;
  readonly model: Servable;
  /** The bytes of model.onnx. */
  readonly file: Uint8Array;
  readonly port: number;
}

const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
const encoder = new TextEncoder();

/** Every file of a deployment by its path, the card last. */
async function contents(parts: DeployParts): Promise<{ files: ReadonlyMap<string, Uint8Array>; card: ModelCard }> {
  const { name, report, gate, model, file, port } = parts;
  const { spec } = model;
  const hash = sha256(file);
  const deployment: Deployment = {
    slug: slugOf(name),
    target: spec.target.name,
    port,
    packages: await packagesFor(spec.input.kind),
  };
  const inputs = inputReader(spec, { acceptUnknown: false }).fields.map(field => ({
    name: field.name,
    about: field.about,
  }));
  const known = { file: 'model.onnx', sha256: hash, bytes: file.length };
  const card = modelCard({ name, spec, report, gate, inputs, model: known });
  const files = new Map<string, Uint8Array>([
    ['model.onnx', file],
    ...(await programFiles()),
    ...written.map((one): [string, Uint8Array] => [one.path(deployment), encoder.encode(one.text(deployment))]),
    ['smoke-test.json', encoder.encode(`${JSON.stringify(await smokeCase(model, hash))}\n`)],
  ]);
  const hashes = Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)]));
  const whole: ModelCard = { ...card, files: hashes };
  files.set('model-card.md', encoder.encode(cardText(whole)));
  files.set(cardFile, encoder.encode(`${JSON.stringify(whole, finite, 2)}\n`));
  return { files, card: whole };
}

const finite = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;

/**
 * Writes a deployment into a folder that is new, empty, or an earlier deployment of which no file was changed since; throws
 * `HillockError` kind `usage` for any other. A new folder appears whole or not at all, in an earlier one every file does.
 */
export async function writeDeployment(folder: string, parts: DeployParts): Promise<ModelCard> {
  const target = resolve(folder);
  const earlier = await earlierFiles(target, folder);
  const { files, card } = await contents(parts);
  if (earlier) {
    for (const [path, content] of files) await writeWhole(join(target, path), content);
    for (const path of earlier) if (!files.has(path)) await rm(join(target, path), { force: true });
    return card;
  }
  await mkdir(dirname(target), { recursive: true }).catch((cause: unknown) =>
    Promise.reject(cannotWrite(folder, cause)),
  );
  const aside = await mkdtemp(join(dirname(target), `.${basename(target)}-`)).catch((cause: unknown) =>
    Promise.reject(cannotWrite(folder, cause)),
  );
  try {
    for (const [path, content] of files) await writeWhole(join(aside, path), content);
    // A temporary folder is for its owner alone; the service runs as another.
    await chmod(aside, 0o777 & ~process.umask());
    await rmdir(target).catch(() => undefined);
    await rename(aside, target);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    throw cause instanceof HillockError ? cause : cannotWrite(folder, cause);
  }
  return card;
}

const cardSchema = z.object({ kind: z.literal(cardKind), files: z.record(z.string(), z.string()) });

/** The files of an earlier deployment; undefined for a folder that is new or empty. */
async function earlierFiles(target: string, shown: string): Promise<readonly string[] | undefined> {
  const names = await readdir(target).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cannotWrite(shown, cause);
  });
  if (names.length === 0) return undefined;
  const card = cardSchema.safeParse(await jsonIn(join(target, cardFile)), { jitless: true });
  if (!card.success) {
    throw new HillockError(
      'usage',
      `${shown} is not empty and was not written by hillock deploy`,
      'choose a folder that is new or empty with --to',
    );
  }
  const inside = Object.entries(card.data.files).filter(([path]) => !/(^|\/)\.\.(\/|$)|^\/|\\/.test(path));
  for (const [path, hash] of inside) {
    const content = await readFile(join(target, path)).catch(() => undefined);
    if (content && sha256(content) !== hash) {
      throw new HillockError(
        'usage',
        `${join(shown, path)} was changed since it was written`,
        'move it away to have it written anew, or deploy to another folder',
      );
    }
  }
  return inside.map(([path]) => path);
}

const jsonIn = async (path: string): Promise<unknown> =>
  readFile(path, 'utf8')
    .then(text => JSON.parse(text) as unknown)
    .catch(() => undefined);
