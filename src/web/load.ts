/** Saved models in a page. */
import { type ModelInUse, modelInUse } from '../job/model-in-use.ts';
import { parseReport } from '../job/report-schema.ts';
import { decodeArtifact } from '../model/artifact.ts';
import { pageRuntime } from '../runtime/wasm-page.ts';
import { addressOf, fetchBlob } from './address.ts';
import { ortAddress, type PageOptions } from './options.ts';

const modelFile = 'model.onnx';

/** A trained network in a page. */
export type WebModel = ModelInUse;

/**
 * Opens a model: the address of a run folder or of a model.onnx (ending in `.onnx`), a file, or its bytes. Throws
 * `HillockError` kind `model-file`. Predictions run on the thread that asks for them.
 */
export async function load(
  source: string | URL | Blob | ArrayBuffer | Uint8Array,
  options: PageOptions = {},
): Promise<WebModel> {
  const { bytes, name } = await bytesOf(source);
  const { spec, parameters, report } = decodeArtifact(bytes, name);
  const ort = ortAddress(options);
  return modelInUse(spec, parameters, parseReport(report), [], () => pageRuntime({ threads: 1, ort }));
}

async function bytesOf(source: Parameters<typeof load>[0]): Promise<{ bytes: Uint8Array; name: string }> {
  if (source instanceof Uint8Array) return { bytes: source, name: modelFile };
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source), name: modelFile };
  const local = source instanceof Blob;
  const address = local ? undefined : modelAddress(addressOf(source));
  const blob = local ? source : await fetchBlob(address!, 'model-file');
  const name = address?.href ?? (source instanceof File ? source.name : modelFile);
  return { bytes: new Uint8Array(await blob.arrayBuffer()), name };
}

/** The model of a run folder; `…/runs/salary` is the folder `…/runs/salary/`. */
function modelAddress(address: URL): URL {
  if (address.pathname.endsWith('.onnx')) return address;
  const folder = new URL(address);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  folder.pathname += modelFile;
  return folder;
}
