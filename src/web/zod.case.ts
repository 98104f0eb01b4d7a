/** What reads foreign data by schemas, for `zod.test.ts` to read it with zod and with what pages have in its place. */
import { decodeCheckpoint } from '../job/checkpoint.ts';
import { parseReport } from '../job/report-schema.ts';
import { digestOf } from '../model/digest.ts';
import { decodeSafetensors } from '../model/safetensors.ts';
import { parseModelSpec } from '../model/spec.ts';
import { layerKinds, parseNetwork } from '../nn/spec.ts';
import { augmentationSchema } from '../train/augment-kinds.ts';

export const examples = layerKinds.flatMap(({ examples }) => examples);

const utf8 = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** A safetensors file of this header, and so many bytes of arrays. */
function safetensors(header: unknown, arrays: number): Uint8Array {
  const json = utf8(header);
  const bytes = new Uint8Array(8 + json.length + arrays);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

/** Every reader, from JSON. */
export const readers: Readonly<Record<string, (json: unknown) => unknown>> = {
  network: parseNetwork,
  spec: json => parseModelSpec(JSON.stringify(json)),
  report: parseReport,
  augmentation: json => {
    const { success, data, error } = augmentationSchema.safeParse(json, { jitless: true });
    return success ? data : error.issues.slice(0, 1).map(({ path, message }) => ({ path, message }));
  },
  safetensors: json => decodeSafetensors(safetensors(json, 32), 'file').tensors,
  checkpoint(json) {
    const hillock = JSON.stringify(json) ?? '';
    const metadata = { hillock, digest: digestOf([hillock], []) };
    return decodeCheckpoint(safetensors({ __metadata__: metadata }, 0), 'checkpoint', 'marks');
  },
};
