/** A folder that is ready to be started: the model, the program, how to run it, and what to know of it. Node only. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { cannotWrite, HillockError } from '../errors.ts';
import type { Report } from '../job/index.ts';
import { writeWhole } from '../model/index.ts';
import type { Servable } from '../serve/index.ts';
import { aboutField, inputReader } from '../serve/inputs/index.ts';
import { cardKind, type ModelCard } from './card.ts';
import { cardText } from './card-text.ts';
import { dockerfile, dockerignore } from './docker.ts';
import type { Gate } from './gate.ts';
import { modelCard } from './make-card.ts';
import { packageFile } from './package-file.ts';
import { packagesFor, programFiles } from './program.ts';
import { brokenOff, type Hashes, inside, jsonIn, replaceFiles, united } from './replace.ts';
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
    about: aboutField(field),
  }));
  const known = { file: 'model.onnx', sha256: hash, bytes: file.length };
  const card = modelCard({ name, spec, report, gate, inputs, model: known });
  const files = new Map<string, Uint8Array>([
    ['model.onnx', file],
    ...(await programFiles()),
    ...written.map((one): [string, Uint8Array] => [one.path(deployment), encoder.encode(one.text(deployment))]),
    ['smoke-test.json', encoder.encode(`${JSON.stringify(await smokeCase(model, hash))}\n`)],
  ]);
  files.set('model-card.md', encoder.encode(cardText(card)));
  const hashes = Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)]));
  const whole = sealed({ ...card, files: hashes });
  files.set(cardFile, encoder.encode(cardJson(whole)));
  return { files, card: whole };
}

const cardJson = (card: object): string => `${JSON.stringify(card, finite, 2)}\n`;

const sealed = (card: Omit<ModelCard, 'seal'>): ModelCard => ({ ...card, seal: sha256(cardJson(card)) });

const finite = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? null : value;

/**
 * Writes a deployment into a folder that is new, empty, or an earlier deployment of which no file was changed since; throws
 * `HillockError` kind `usage` for any other. A new folder appears whole or not at all. In an earlier one every file does, and
 * where that was broken off it can be done again.
 */
export async function writeDeployment(folder: string, parts: DeployParts): Promise<ModelCard> {
  const target = resolve(folder);
  const earlier = await earlierFiles(target, folder);
  const { files, card } = await contents(parts);
  const parent = earlier ? target : dirname(target);
  let aside: string | undefined;
  try {
    await mkdir(parent, { recursive: true });
    aside = await mkdtemp(join(parent, `.${basename(target)}-`));
    for (const [path, content] of files) await writeWhole(join(aside, path), content);
    if (earlier) await replaceFiles(target, aside, [...files.keys()], earlier, inside(card.files));
    else await appear(target, aside);
  } catch (cause) {
    throw cause instanceof HillockError ? cause : cannotWrite(folder, cause);
  } finally {
    if (aside !== undefined) await rm(aside, { recursive: true, force: true });
  }
  return card;
}

/** A folder that was written aside takes its place. */
async function appear(target: string, aside: string): Promise<void> {
  // A temporary folder is for its owner alone; the service runs as another.
  await chmod(aside, 0o777 & ~process.umask());
  await rmdir(target).catch(() => undefined);
  await rename(aside, target);
}

const cardSchema = z.object({
  kind: z.literal(cardKind),
  files: z.record(z.string(), z.string()),
  seal: z.string().optional(),
});

/** The files of an earlier deployment with the SHA-256 that each may have; undefined for a folder that is new or empty. */
async function earlierFiles(target: string, shown: string): Promise<Hashes | undefined> {
  const names = await readdir(target).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cannotWrite(shown, cause);
  });
  if (names.length === 0) return undefined;
  const found = await jsonIn(join(target, cardFile));
  const card = cardSchema.safeParse(found, { jitless: true });
  if (!card.success) {
    throw new HillockError(
      'usage',
      `${shown} is not empty and was not written by hillock deploy`,
      'choose a folder that is new or empty with --to',
    );
  }
  const changed = (path: string): HillockError =>
    new HillockError(
      'usage',
      `${join(shown, path)} was changed since it was written`,
      'move it away to have it written anew, or deploy to another folder',
    );
  const { seal, ...open } = found as z.infer<typeof cardSchema>;
  if (seal !== undefined && sha256(cardJson(open)) !== seal) throw changed(cardFile);
  const hashes = united(inside(card.data.files), await brokenOff(target));
  for (const [path, known] of Object.entries(hashes)) {
    const content = await readFile(join(target, path)).catch(() => undefined);
    if (content && !known.includes(sha256(content))) throw changed(path);
  }
  return hashes;
}
