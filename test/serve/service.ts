/** `hillock serve` as a process of its own, and a client that holds connections open. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeArtifact } from '../../src/model/index.ts';
import { untrained } from '../../src/model/testing.case.ts';
import { root } from '../cli/hillock.ts';

export const folder = (): string => mkdtempSync(join(tmpdir(), 'hillock-serve-'));

/** A run folder with a model that was never trained. */
export async function runOf(task: 'binary' | 'multiclass' | 'regression', path: string): Promise<string> {
  const { spec, parameters } = untrained(task);
  await mkdir(path, { recursive: true });
  writeFileSync(join(path, 'model.onnx'), encodeArtifact(spec, parameters));
  return path;
}

export interface Started {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  stderr(): string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts the service on a free port; resolves when it listens. */
export function start(runs: readonly string[], options: readonly string[] = []): Promise<Started> {
  const args = ['bin/hillock.js', 'serve', ...runs, '--port', '0', '--json', ...options];
  return listening(spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** A service that was started with --json; resolves when it listens. */
export async function listening(child: ChildProcess): Promise<Started> {
  let stderr = '';
  child.stderr!.on('data', text => {
    stderr += String(text);
  });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', text => {
      const found = /"url":"(http:[^"]+)"/.exec(String(text));
      if (found) resolve(found[1]!);
    });
    void ended.then(code => reject(new Error(`it ended with ${code}: ${stderr}`)));
  });
  return { url, port: Number(new URL(url).port), child, stderr: () => stderr, ended };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request; throws where the connection breaks, with `accepted` telling whether any of it was sent. */
export function ask(url: string, body: string | Uint8Array | undefined, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request(
      url,
      { method, ...(agent && { agent }), headers: { 'content-type': 'application/json' } },
      response => {
        let text = '';
        response.setEncoding('utf8').on('data', part => {
          text += part;
        });
        response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
        response.once('error', reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

export const keepAlive = (connections: number): Agent => new Agent({ keepAlive: true, maxSockets: connections });

/** Requests over some connections until `end`; counts answers, keeps one that is not 200, and connections that broke before an answer began. */
export async function load(url: string, body: string, connections: number, end: Promise<unknown>) {
  const agent = keepAlive(connections);
  const statuses = new Map<number, number>();
  const errors: string[] = [];
  let refused: Answer | undefined;
  let going = true;
  void end.then(() => {
    going = false;
  });
  const one = async (): Promise<void> => {
    while (going) {
      try {
        const answer = await ask(url, body, agent);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status !== 200) refused = answer;
      } catch (error) {
        errors.push((error as NodeJS.ErrnoException).code ?? String(error));
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return { statuses: Object.fromEntries(statuses), errors, refused };
}
