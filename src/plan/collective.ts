/** What collectives send, and how long they take: rings inside a node, rings between nodes (NVIDIA, nccl-tests, PERFORMANCE.md). */
import { type Cluster, links, nicRate, nvlinkRate } from './cluster.ts';

/** GPUs that work together: so many in each node, in so many nodes. */
export interface Group {
  readonly inside: number;
  readonly across: number;
}

export const sizeOfGroup = ({ inside, across }: Group): number => inside * across;

export type Pattern = 'AllReduce' | 'AllGather' | 'ReduceScatter' | 'point-to-point';

/** Bytes that one GPU sends over NVLink and over the backend network. */
export interface Sent {
  readonly nvlink: number;
  readonly network: number;
}

/** How often the bytes go round the ring: AllReduce is a ReduceScatter and an AllGather. */
const rounds = { AllReduce: 2, AllGather: 1, ReduceScatter: 1 } as const;

type Collective = keyof typeof rounds;

/**
 * Bytes that a GPU sends for a collective on `bytes` in all: (n − 1)/n of them a round. Between nodes each GPU carries only
 * the part that is its own inside its node, so that all NICs work.
 */
export function sentBy(pattern: Collective, bytes: number, { inside, across }: Group): Sent {
  const share = (n: number): number => (n - 1) / n;
  return {
    nvlink: rounds[pattern] * share(inside) * bytes,
    network: (rounds[pattern] * share(across) * bytes) / inside,
  };
}

/** Seconds of a collective: bytes over rates and the latency of every message of the rings. */
export function collectiveSeconds(pattern: Collective, bytes: number, group: Group, cluster: Cluster): number {
  const { nvlink, network } = sentBy(pattern, bytes, group);
  const steps = (n: number): number => rounds[pattern] * (n - 1);
  return (
    nvlink / nvlinkRate(cluster) +
    steps(group.inside) * links.nvlink.latency +
    (network * cluster.perNic) / nicRate(cluster, group.across) +
    steps(group.across) * links.network.latency
  );
}

/** Seconds of a message to one other GPU, in the node or in another. */
export function messageSeconds(bytes: number, crosses: boolean, cluster: Cluster): number {
  return crosses
    ? links.network.latency + (bytes * cluster.perNic) / nicRate(cluster, cluster.nodes)
    : links.nvlink.latency + bytes / nvlinkRate(cluster);
}
