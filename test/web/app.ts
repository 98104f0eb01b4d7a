/** The Vite example as a project of its own, with Hillock installed as npm would. */
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createServer } from 'vite';
import { root } from './fixture.ts';
import type { Site } from './site.ts';

export interface App {
  /** Builds it; returns the folder that a site serves. */
  build(): Promise<string>;
  /** Serves it as it is developed. */
  serve(): Promise<Site>;
  remove(): Promise<void>;
}

/** What of ONNX Runtime is installed, as far as a page needs it. */
const ortFiles = ['package.json', 'dist/ort.wasm.bundle.min.mjs', 'dist/ort-wasm-simd-threaded.wasm'];

/** Makes the app; `files` go into its public folder. */
export async function viteApp(files: readonly string[]): Promise<App> {
  const folder = await mkdtemp(join(tmpdir(), 'hillock-vite-'));
  await cp(join(root, 'examples/web/vite'), folder, { recursive: true });
  for (const file of files) await cp(file, join(folder, 'public', file.slice(file.lastIndexOf('/') + 1)));
  const installed = join(folder, 'node_modules/hillock');
  await mkdir(installed, { recursive: true });
  await cp(join(root, 'package.json'), join(installed, 'package.json'));
  await cp(join(root, 'dist/web'), join(installed, 'dist/web'), { recursive: true });
  for (const name of ortFiles)
    await cp(join(root, 'node_modules/onnxruntime-web', name), join(folder, 'node_modules/onnxruntime-web', name));
  await symlink(join(root, 'node_modules/vite'), join(folder, 'node_modules/vite'), 'dir');
  return {
    async build() {
      await build({ root: folder, logLevel: 'error' });
      return join(folder, 'dist');
    },
    async serve() {
      const server = await createServer({ root: folder, logLevel: 'error', server: { host: '127.0.0.1', hmr: false } });
      await server.listen(0);
      return { address: server.resolvedUrls!.local[0]!, close: () => server.close() };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
