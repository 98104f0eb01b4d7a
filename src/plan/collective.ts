/** What collectives send, and how long they take: rings (NVIDIA, nccl-tests, PERFORMANCE.md). */
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
 * Bytes that a GPU sends for a collective on `bytes` in all: (n − 1)/n of them a round. As many rings as a node has GPUs go
 * round, each with its part, and each leaves the node through the NIC of another GPU, as NCCL lays them.
 */
export function sentBy(pattern: Collective, bytes: number, { inside, across }: Group): Sent {
  const n = inside * across;
  const all = (rounds[pattern] * (n - 1) * bytes) / n;
  const network = across > 1 ? all / inside : 0;
  return { nvlink: all - network, network };
}

/** Seconds of a collective: the slower of its two kinds of links, all of which work at a time, and the messages of a round. */
export function collectiveSeconds(pattern: Collective, bytes: number, group: Group, cluster: Cluster): number {
  const { nvlink, network } = sentBy(pattern, bytes, group);
  const steps = (n: number): number => rounds[pattern] * (n - 1);
  const moving = Math.max(nvlink / nvlinkRate(cluster), (network * cluster.perNic) / nicRate(cluster, group.across));
  return moving + steps(group.inside) * links.nvlink.latency + steps(group.across) * links.network.latency;
}

/** Seconds of a message to one other GPU, in the node or in another. */
export function messageSeconds(bytes: number, crosses: boolean, cluster: Cluster): number {
  return crosses
    ? links.network.latency + (bytes * cluster.perNic) / nicRate(cluster, cluster.nodes)
    : links.nvlink.latency + bytes / nvlinkRate(cluster);
}
