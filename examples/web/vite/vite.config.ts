import { defineConfig } from 'vite';

/** Headers that isolate the page, so that WebAssembly may have threads; without them training uses one. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  base: './',
  // A worker that loads parts of itself when it needs them is a module.
  worker: { format: 'es' },
  // These find their files by their own address, which pre-bundling would change.
  optimizeDeps: { exclude: ['hillock', 'onnxruntime-web'] },
  server: { headers },
  preview: { headers },
});
