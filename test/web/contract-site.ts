/** A page with a module of the tests, bundled, and ONNX Runtime's files. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './fixture.ts';
import { type Site, serveFolder } from './site.ts';

const ortFiles = [
  'ort.wasm.bundle.min.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort.webgpu.bundle.min.mjs',
  'ort-wasm-simd-threaded.asyncify.wasm',
];

/** What makes Chromium offer WebGPU where there is no GPU: SwiftShader plays one on the processor. */
export const swiftShader = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Bundles a module of this folder, with our part of Vitest, and serves it to a cross-origin isolated page. */
export async function siteOf(module: string): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'hillock-contract-'));
  const built = await rolldown({
    cwd: root,
    input: join(root, 'test/web', module),
    platform: 'browser',
    // What only Node has is behind imports that no page makes.
    external: [/^(?:onnxruntime-|node:|@duckdb\/|sharp)/],
    resolve: { alias: { vitest: join(root, 'test/web/vitest-in-page.ts') } },
    logLevel: 'silent',
  });
  await built.write({ file: join(folder, 'module.js'), format: 'esm', codeSplitting: false });
  await built.close();
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="module.js"></script>',
  );
  for (const name of ortFiles)
    await cp(join(root, 'node_modules/onnxruntime-web/dist', name), join(folder, 'ort', name));
  const site = await serveFolder(folder, { isolated: true });
  return {
    ...site,
    async close() {
      await site.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
