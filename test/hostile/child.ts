/**
 * Reads hostile bytes in a process of its own, which may hang or die: tells the number of each case on its fourth
 * stream before it reads it, and ends with one line of JSON. Arguments: reader, cases, seed, folder, corpus.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { HillockError } from '../../src/errors.ts';
import { damaged } from './damage.ts';
import type { Sample, Verdict } from './reader.ts';
import { readers } from './readers.ts';

const [name, cases, seed, folder, corpus] = process.argv.slice(2) as [string, string, string, string, string];
const { file, read, judge, valid, words } = readers.find(reader => reader.name === name)!;
const path = join(folder, file);
const counts = { read: 0, refused: 0 };
let started = 0;

const reasonOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** What is wrong with how bytes are read; they must be where they are of a sample. */
async function attempt(bytes: Uint8Array, sample?: Sample<unknown>): Promise<Verdict> {
  // A file that is emptied and written anew would be flushed to the disk each time.
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
  writeSync(3, `${++started}\n`);
  let result: unknown;
  try {
    result = await read(path, bytes);
  } catch (error) {
    if (!(error instanceof HillockError)) return `not an error for people: ${reasonOf(error)}`;
    counts.refused++;
    if (/(?<!received )undefined|\[object/.test(error.message.replaceAll(path, '')))
      return `unclear words: ${error.message}`;
    return sample && `good bytes are refused: ${error.message}`;
  }
  counts.read++;
  return sample?.judge(result) ?? (await judge(bytes, result, path));
}

const seeds = readdirSync(join(corpus, name)).map(entry => new Uint8Array(readFileSync(join(corpus, name, entry))));
const good = fc.oneof(
  fc.constantFrom(...seeds),
  valid.map(({ bytes }) => bytes),
);
const hostile = fc.oneof(
  { arbitrary: valid, weight: 2 },
  { arbitrary: damaged(good, words).map(bytes => ({ bytes })), weight: 16 },
  { arbitrary: fc.uint8Array({ maxLength: 200 }).map(bytes => ({ bytes })), weight: 1 },
);
let failure: { readonly why: string; readonly bytes: string } | undefined;
const details = await fc.check(
  fc.asyncProperty(hostile as fc.Arbitrary<Partial<Sample<unknown>> & { bytes: Uint8Array }>, async sample => {
    const why = await attempt(sample.bytes, sample.judge ? (sample as Sample<unknown>) : undefined);
    if (why !== undefined) failure = { why, bytes: Buffer.from(sample.bytes).toString('base64') };
    return why === undefined;
  }),
  { numRuns: Number(cases), seed: Number(seed) },
);
if (details.failed) failure ??= { why: reasonOf(details.errorInstance), bytes: '' };
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
writeSync(1, `${JSON.stringify({ ...counts, megabytes, ...(failure && { failure }) })}\n`);
process.exit(0);
