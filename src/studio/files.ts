/** The files of the app. Node only. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, normalize } from 'node:path';
import { Refusal } from '../serve/exchange.ts';
import { decoded } from '../serve/router.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** Nothing from elsewhere, and memory that threads share, which WebAssembly needs. */
const headers = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** What the app loads of ONNX Runtime, which is not copied into it. */
const ort = 'ort/';
const ortFiles = ['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'].map(name => ort + name);
const ortFolder = (): string => dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'));

/** A file of the app; names that carry a hash of their content are kept by the browser. */
export async function files(path: string, app: string): Promise<Response> {
  const name = normalize(decoded(path)).replaceAll('\\', '/');
  if (name.includes('\0') || name.split('/').includes('..')) throw new Refusal(400, 'this is no path of the app');
  const file = name === '/' ? 'index.html' : name.slice(1);
  const place = ortFiles.includes(file) ? join(ortFolder(), file.slice(ort.length)) : join(app, file);
  const bytes = await readFile(place).catch(() => undefined);
  if (!bytes) throw new Refusal(404, `there is no page ${path.slice(0, 200)}`);
  const hashed = /-[\w-]{8}\.\w+$/.test(file);
  return new Response(new Uint8Array(bytes), {
    headers: {
      ...headers,
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'cache-control': hashed ? 'max-age=31536000, immutable' : 'no-cache',
    },
  });
}
