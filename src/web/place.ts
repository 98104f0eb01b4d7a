/** Where a page can run programs, and why not elsewhere. */
import type { PageDevice } from './messages.ts';

/** What a page offers. */
export interface Offer {
  readonly crossOriginIsolated: boolean;
  readonly cores: number;
}

/** Above this more threads rarely help: the products of a step are small. */
const mostThreads = 4;

/** The threads that programs get, and the words for a person where they are fewer than asked or the device is another. */
export function placeFor(
  { device, threads }: { readonly device: PageDevice; readonly threads: number | undefined },
  { crossOriginIsolated, cores }: Offer,
): { readonly threads: number; readonly notices: readonly string[] } {
  const wanted = threads ?? Math.max(1, Math.min(mostThreads, cores));
  const alone = wanted > 1 && !crossOriginIsolated;
  const notices = [
    device === 'webgpu' &&
      'WebGPU is not used: ONNX Runtime runs loops on the processor, so that every step would carry all weights to the GPU and back: going on with WebAssembly',
    alone &&
      'one thread: the page is not cross-origin isolated; send it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
  ];
  return { threads: alone ? 1 : wanted, notices: notices.filter(text => text !== false) };
}
