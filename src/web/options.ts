/** How programs run in a page. */
export interface PageOptions {
  /**
   * Address of the folder with ONNX Runtime's files. A bundler finds them itself; training is faster where it is told all the same.
   * They are `ort.wasm.bundle.min.mjs` and `ort-wasm-simd-threaded.wasm` of onnxruntime-web/dist.
   */
  readonly ort?: string | URL | undefined;
}

/** The folder as workers, which have another base, can use it. */
export const ortAddress = ({ ort }: PageOptions): string | undefined =>
  ort === undefined ? undefined : new URL(ort, globalThis.location?.href).href;
