import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeArtifact } from '../../src/model/index.ts';

/** A small training on people that is the same every time, with a checkpoint after every epoch. */
export const steady = ['--target', 'tall', '--seed', '3', '--no-baseline', '--checkpoint-every', '0'];

/** The weights in a run's model, byte for byte. */
export function weightsIn(run: string): ReadonlyMap<string, Buffer> {
  const { parameters } = decodeArtifact(new Uint8Array(readFileSync(join(run, 'model.onnx'))), run);
  return new Map([...parameters].map(([name, { data }]) => [name, Buffer.from((data as Float32Array).slice().buffer)]));
}
