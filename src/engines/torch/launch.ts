/** torchrun and what becomes of it. Node only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HillockError } from '../../errors.ts';
import type { TorchOptions } from './options.ts';
import { type TorchPython, torchVersion } from './python.ts';

export interface Launched {
  /** How it ended; undefined as long as it runs. */
  ended(): string | undefined;
  /** Ends it and all of its processes, politely at first. */
  end(): Promise<void>;
}

/** How long a machine waits for the others at the beginning, where each still has to read PyTorch. */
export const meetingSeconds = (timeout: number): number => Math.max(20, Math.ceil(timeout));

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** HOST:PORT, also [::1]:PORT; throws `HillockError` kind `usage`. */
export function hostAndPort(master: string): readonly [host: string, port: string] {
  const [, host, port] = master.match(/^(?:\[([^\]]+)\]|[^:\s]+):(\d{1,5})$/) ? master.match(/^(.+):(\d+)$/)! : [];
  if (host === undefined || port === undefined || Number(port) < 1 || Number(port) > 65535)
    throw new HillockError(
      'usage',
      `--master must be HOST:PORT, not ${JSON.stringify(master)}`,
      'such as 10.0.0.1:29500',
    );
  return [host.replace(/^\[|\]$/g, ''), port];
}

/** Debian 12's torchrun fails at once on Python 3.11 unless it is told where output goes: enum members that 3.11 no longer lists. */
const outputFlags = (found: TorchPython, out: string): readonly string[] =>
  torchVersion(found)[0] < 2 && found.python[1] >= 11 ? ['-r', '1', '-t', '1', '--log_dir', join(out, 'ranks')] : [];

/**
 * Ranks on processors are forked from torchrun, which has read PyTorch already: a job of two begins in half the time.
 * CUDA does not live through a fork, nor do the frameworks of macOS.
 */
const forkFlags = (found: TorchPython, device: TorchOptions['device']): readonly string[] =>
  process.platform === 'linux' && (device === 'cpu' || found.gpus === 0)
    ? ['--run_path', '--start_method', 'fork']
    : [];

/**
 * torchrun, and a thread that ends it some seconds after who follows the job is gone: ranks end by themselves before that
 * (`ranks.py`), but torchrun may still wait for other machines. A rank that is forked loses its standard input, so the pipe
 * to who follows gets another number.
 */
const watched = `
import os, runpy, signal, sys, threading, time

def end_with_follower():
    os.read(0, 1)
    time.sleep(25)
    os.killpg(0, signal.SIGKILL)

if "--run_path" in sys.argv:
    os.environ["HILLOCK_FOLLOWS"] = str(os.dup(0))
threading.Thread(target=end_with_follower, daemon=True).start()
runpy.run_module("torch.distributed.run", run_name="__main__", alter_sys=True)
`;

/** Starts torchrun on the job in a folder. */
export async function launch(
  folder: string,
  found: TorchPython,
  { nodes, nodeRank, master, timeout, device }: TorchOptions,
  nproc: number,
  threads: number,
): Promise<Launched> {
  const out = join(folder, 'out');
  await mkdir(out, { recursive: true });
  const [host, port] = master === undefined ? ['127.0.0.1', await freePort()] : hostAndPort(master);
  const log = await open(join(out, 'log.txt'), 'w');
  const args = [
    ...['-c', watched, '--nnodes', nodes, '--node_rank', nodeRank, '--nproc_per_node', nproc],
    ...['--master_addr', host, '--master_port', port, '--max_restarts', 0, '--monitor_interval', 0.2],
    ...['--rdzv_conf', `timeout=${meetingSeconds(timeout)}`],
    ...outputFlags(found, out),
    ...forkFlags(found, device),
    join(folder, 'train.py'),
  ].map(String);
  const child = spawn(found.command, args, {
    cwd: folder,
    // A group of its own: Ctrl-C at the terminal reaches who follows the job, not its ranks.
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
    env: { ...process.env, OMP_NUM_THREADS: String(threads), PYTHONUNBUFFERED: '1', HILLOCK_FOLLOWS: '0' },
  });
  let how: string | undefined;
  child.once('error', error => (how ??= error.message));
  child.once('exit', (code, signal) => (how ??= signal ?? `exit code ${code}`));
  // The ranks end when this closes; that they end first is no error.
  child.stdin?.on('error', () => undefined);
  await log.close();
  const failed = failureOf(out);
  return { ended: () => how ?? failed(), end: () => end(child, () => how !== undefined) };
}

/** Seconds that torchrun has to end when a rank has failed; where a link is cut it waits for the other machine far longer. */
const grace = 10;

/** Looks now and then whether a rank has failed some time ago. */
function failureOf(out: string): () => string | undefined {
  let looked = 0;
  let since: number | undefined;
  return () => {
    const now = performance.now();
    if (now - looked > 200) {
      looked = now;
      if (readdirSync(out).some(name => name.startsWith('error-'))) since ??= now;
    }
    return since !== undefined && now - since > 1000 * grace ? 'a rank failed' : undefined;
  };
}

/** Seconds that ranks have to end by themselves before they are told to, and before they are made to. */
const patience = [3, 8] as const;

async function end(child: ChildProcess, ended: () => boolean): Promise<void> {
  const within = async (seconds: number): Promise<boolean> => {
    for (let waited = 0; waited < seconds * 1000 && !ended(); waited += 20) await setTimeout(20);
    return ended();
  };
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // It is gone already.
    }
  };
  if (!(await within(patience[0]))) {
    child.stdin?.end();
    signal('SIGTERM');
    await within(patience[1]);
  }
  // What is left of the group, also where torchrun itself is gone.
  signal('SIGKILL');
  await within(2);
}
