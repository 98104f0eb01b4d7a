/** SwiftShader, a GPU that the processor plays: Chromium brings it, so tests of GPUs run where there is none. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Folders in which Chromium keeps its driver. */
const folders = [
  ...(process.env.CHROME_PATH ? [dirname(process.env.CHROME_PATH)] : []),
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
];

function withDriver(): NodeJS.ProcessEnv | undefined {
  const folder = folders.find(one => existsSync(join(one, 'vk_swiftshader_icd.json')));
  if (folder === undefined) return undefined;
  const { LD_LIBRARY_PATH: paths } = process.env;
  return {
    ...process.env,
    VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'),
    LD_LIBRARY_PATH: paths ? `${folder}:${paths}` : folder,
  };
}

/** Why WebGPU does not run with this environment; undefined = it does. */
function lack(env: NodeJS.ProcessEnv): string | undefined {
  const trial = join(root, 'dist/device-trial.js');
  const { stdout, signal } = spawnSync(process.execPath, [trial, 'webgpu'], { env, encoding: 'utf8', timeout: 60_000 });
  const told = stdout.trim().split('\n').at(-1);
  if (!told) return `ended by ${signal}`;
  const { ok, why } = JSON.parse(told) as { readonly ok: boolean; readonly why?: string };
  return ok ? undefined : why;
}

/** An environment in which Node's WebGPU runs, on a GPU or on SwiftShader; else why there is none. */
export function webgpuEnvironment(): { readonly env: NodeJS.ProcessEnv } | { readonly reason: string } {
  const own = lack(process.env);
  if (own === undefined) return { env: process.env };
  const env = withDriver();
  if (env === undefined) return { reason: `${own}; and no Chromium brings SwiftShader` };
  const played = lack(env);
  return played === undefined ? { env } : { reason: played };
}
