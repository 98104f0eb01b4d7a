/** The studio as a person starts it, in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { root } from '../cli/hillock.ts';

export interface RunningStudio {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** The working folder; runs are in `runs`. */
  readonly folder: string;
  /** Asks a route; JSON in, JSON out. */
  ask<T = Record<string, never>>(path: string, body?: unknown, method?: string): Promise<{ status: number; body: T }>;
  close(): Promise<void>;
}

/** An empty folder. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'hillock-studio-'));

/** Starts `hillock studio --port 0` in a folder; who starts it closes it. */
export async function startStudio(folder = emptyFolder(), port = '0'): Promise<RunningStudio> {
  const child = spawn(
    process.execPath,
    [join(root, 'bin/hillock.js'), 'studio', '--port', port, '--no-open', '--json'],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = (JSON.parse(line) as { url: string }).url.replace(/\/$/, '');
    break;
  }
  return {
    url,
    pid: child.pid!,
    folder,
    async ask(path, body, method = body === undefined ? 'GET' : 'POST') {
      const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      const response = await fetch(`${url}${path}`, { method, ...(sent !== undefined && { body: sent }) });
      return { status: response.status, body: (await response.json()) as never };
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A studio for one test. */
export async function studioForTest(): Promise<RunningStudio> {
  const studio = await startStudio();
  onTestFinished(async () => {
    await studio.close();
    await rm(studio.folder, { recursive: true, force: true });
  });
  return studio;
}

export interface Told {
  readonly id: number;
  readonly event: string;
  readonly [key: string]: unknown;
}

/** The events of a run after one, until it ends or `enough` says so. */
export async function eventsOf(
  { url }: Pick<RunningStudio, 'url'>,
  run: string,
  { after = 0, enough = () => false }: { after?: number; enough?: (told: readonly Told[]) => boolean } = {},
): Promise<readonly Told[]> {
  const abort = new AbortController();
  const headers = after > 0 ? { 'last-event-id': String(after) } : {};
  const response = await fetch(`${url}/api/runs/${run}/events`, { headers, signal: abort.signal });
  const told: Told[] = [];
  let pending = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (pending + text).split('\n\n');
    pending = parts.pop()!;
    for (const part of parts) {
      const data = part.match(/^data: (.*)$/m)?.[1];
      if (data !== undefined) told.push({ ...JSON.parse(data), id: Number(part.match(/^id: (\d+)$/m)?.[1]) });
    }
    if (enough(told)) break;
  }
  abort.abort();
  return told;
}
