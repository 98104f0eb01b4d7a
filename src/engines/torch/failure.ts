/** Why a job failed, for a person. Node only. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HillockError } from '../../errors.ts';
import { meetingSeconds } from './launch.ts';
import type { TorchOptions } from './options.ts';

interface Failed {
  readonly rank: number;
  /** What the rank itself said. */
  readonly said?: string | undefined;
  readonly signal?: string | undefined;
}

/** The ranks that torchrun lists in what it prints, the first to fail first. */
function listed(log: string): readonly Failed[] {
  const blocks = log.split(/\[\d+\]:\s*\n/).slice(1);
  const found = blocks.flatMap((block): Failed[] => {
    const rank = block.match(/^\s*rank\s*:\s*(\d+)/m)?.[1];
    if (rank === undefined) return [];
    return [{ rank: Number(rank), signal: block.match(/Signal \d+ \((\w+)\)/)?.[1] }];
  });
  return found.toReversed();
}

async function said(out: string): Promise<readonly Failed[]> {
  const names = await readdir(out).catch(() => []);
  const files = names.filter(name => /^error-\d+\.txt$/.test(name));
  return Promise.all(
    files.map(async name => ({
      rank: Number(name.match(/\d+/)![0]),
      said: (await readFile(join(out, name), 'utf8')).split('\n\n')[0]!.trim(),
    })),
  );
}

/** What a rank says when the other end of a connection is gone or silent. */
const lostConnection = /timed out|timeout|connection (?:closed|reset|refused)|broken pipe|no route to host|socket/i;

const lastLines = (log: string): string => log.trim().split('\n').slice(-5).join('\n');

/** A job that ended too early. */
export interface FailedJob {
  readonly ranks: number;
  readonly options: TorchOptions;
  /** Whether its ranks had found one another. */
  readonly begun: boolean;
}

/** What torchrun prints where the other machines do not answer in time. */
const foundNobody = /timed? ?out|timeout/i;

/** The error of a job that ended too early, out of what its ranks and torchrun have left. */
export async function jobFailure(
  out: string,
  how: string,
  { ranks, options, begun }: FailedJob,
): Promise<HillockError> {
  const { timeout, nodes, nodeRank, master } = options;
  const log = await readFile(join(out, 'log.txt'), 'utf8').catch(() => '');
  const own = await said(out);
  const killed = listed(log).find(({ signal, rank }) => signal && !own.some(one => one.rank === rank));
  const first = own.find(one => !lostConnection.test(one.said!)) ?? own[0];
  const hint = 'go on from the last checkpoint with --resume';
  if (killed) {
    return new HillockError('device', `rank ${killed.rank} of ${ranks} was ended by ${killed.signal}`, hint);
  }
  if (first && lostConnection.test(first.said!)) {
    return new HillockError(
      'device',
      `rank ${first.rank} of ${ranks} lost the others, or waited ${timeout} seconds for them: ${first.said}`,
      `see whether every machine is there and its ports are open; ${hint}`,
    );
  }
  if (first) return new HillockError('device', `rank ${first.rank} of ${ranks} failed: ${first.said}`, hint);
  if (nodes > 1 && !begun && foundNobody.test(log)) {
    return new HillockError(
      'device',
      `machine ${nodeRank} of ${nodes} found no other at ${master} within ${meetingSeconds(timeout)} seconds`,
      'start the same on every machine, each with its own --node-rank; --master is an address of machine 0 and a port of it that is free and open',
    );
  }
  return new HillockError('device', `PyTorch ended early (${how}):\n${lastLines(log)}`, hint);
}
