/** Where a page can run programs, and why not elsewhere. */
import type { PageDevice } from './messages.ts';

/** What a page offers. */
export interface Offer {
  readonly crossOriginIsolated: boolean;
  readonly cores: number;
  /** Why WebGPU cannot be used; absent = it can. */
  readonly lacks?: string | undefined;
}

/** What a page or worker lacks for WebGPU: a browser that has it, an adapter, or ONNX Runtime's files for it. */
export async function lacksWebgpu(ort: string | undefined): Promise<string | undefined> {
  const { gpu } = navigator as { readonly gpu?: { requestAdapter(): Promise<unknown> } };
  if (!gpu) return 'this browser does not offer it here';
  if (!(await gpu.requestAdapter().catch(() => null))) return 'the browser finds no GPU that it can use';
  return ort === undefined ? 'it needs the address of the folder with the files of ONNX Runtime, ort' : undefined;
}

/** Above this more threads rarely help: the products of a step are small. */
const mostThreads = 4;

/** Where programs run and the threads they get, and the words for a person where they are fewer than asked or the device is another. */
export function placeFor(
  { device, threads }: { readonly device: PageDevice; readonly threads: number | undefined },
  { crossOriginIsolated, cores, lacks }: Offer,
): { readonly device: PageDevice; readonly threads: number; readonly notices: readonly string[] } {
  const wanted = threads ?? Math.max(1, Math.min(mostThreads, cores));
  const alone = wanted > 1 && !crossOriginIsolated;
  const notices = [
    device === 'webgpu' && lacks !== undefined && `WebGPU is not used: ${lacks}: going on with WebAssembly`,
    alone &&
      'one thread: the page is not cross-origin isolated; send it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
  ];
  const place = lacks === undefined ? device : 'wasm';
  return { device: place, threads: alone ? 1 : wanted, notices: notices.filter(text => text !== false) };
}
