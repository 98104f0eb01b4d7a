/** Nodes, the NICs between them and the switches of the backend network, as data. */
import { HillockError } from '../errors.ts';
import type { Gpu } from './gpus.ts';

export interface Fabric {
  readonly name: string;
  readonly about: string;
  /** Nodes whose GPUs of one rail hang on one switch; beyond them a flow crosses a spine switch. */
  readonly reach: number;
  /** Share of the rate of a NIC that a collective reaches through one switch, and through a spine. */
  readonly efficiency: { readonly near: number; readonly far: number };
  /** What the first switch of a NIC is called, and how many of them serve the nodes in reach. */
  readonly leaf: 'Rail Switch' | 'ToR Switch';
  readonly perRail: boolean;
}

/** 340 of 400 Gbit/s seen on EFA while IDEFICS-80B was trained (Bekman, Machine Learning Engineering, network). */
const network = 0.85;

/** Every fabric by name. */
export const fabrics: readonly Fabric[] = [
  {
    name: 'rail-optimized',
    about:
      'GPU k of every node on Rail Switch k: a collective among GPUs of one rail takes one hop and never meets other rails',
    // 32 nodes are a scalable unit of NVIDIA's DGX SuperPOD, with switches of 64 ports, half of them up.
    reach: 32,
    efficiency: { near: network, far: network },
    leaf: 'Rail Switch',
    perRail: true,
  },
  {
    name: 'ecmp',
    about:
      'all NICs of a node on one ToR Switch, flows hashed onto the uplinks: elephant flows of one queue pair collide',
    // The 32 ports down of a switch of 64 hold the 8 NICs of 4 nodes.
    reach: 4,
    // Spreading queue pairs brought up to 40 % more AllReduce (Gangidi et al., SIGCOMM 2024): without it 1 / 1.4.
    efficiency: { near: network, far: network / 1.4 },
    leaf: 'ToR Switch',
    perRail: false,
  },
];

export interface Cluster {
  readonly gpu: Gpu;
  /** GPUs of a node. */
  readonly gpus: number;
  readonly nodes: number;
  /** Gbit/s of a NIC. */
  readonly nic: number;
  /** GPUs that share a NIC. */
  readonly perNic: number;
  readonly fabric: Fabric;
}

export interface ClusterOptions {
  readonly gpus?: number | undefined;
  readonly nodes?: number | undefined;
  readonly nic?: number | undefined;
  /** NICs of a node (one a GPU unless told). */
  readonly nics?: number | undefined;
  readonly fabric?: string | undefined;
}

/** So many nodes of so many GPUs; throws `HillockError` kind `usage` when the NICs do not serve equally many GPUs. */
export function cluster(gpu: Gpu, options: ClusterOptions = {}): Cluster {
  const { gpus = 8, nodes = 1, nic = gpu.nic, nics = gpus, fabric = 'rail-optimized' } = options;
  if (gpus % nics !== 0)
    throw new HillockError('usage', `${nics} NICs cannot serve ${gpus} GPUs equally`, 'give a divisor of the GPUs');
  const found = fabrics.find(({ name }) => name === fabric);
  if (!found) throw new HillockError('unexpected', `there is no fabric ${fabric}`);
  return { gpu, gpus, nodes, nic, perNic: gpus / nics, fabric: found };
}

export const gpuCount = ({ gpus, nodes }: Cluster): number => gpus * nodes;

/** Share of the rate of a link that collectives reach, and seconds of one message. */
export const links = {
  /** Rings of nccl-tests on 8 H200: 366 of 450 GB/s (Bekman, Machine Learning Engineering, network): 0.81. */
  nvlink: { efficiency: 0.8, latency: 10e-6 },
  /** Both latencies as Calculon's systems have them (Isaev et al. 2023, systems/a100_80g.json). */
  network: { latency: 20e-6 },
} as const;

/** Bytes a second between GPUs of a node, as collectives reach it. */
export const nvlinkRate = ({ gpu }: Cluster): number => gpu.nvlink * links.nvlink.efficiency;

/** Bytes a second through one NIC, as collectives over so many nodes reach it. */
export function nicRate({ nic, fabric }: Cluster, nodes: number): number {
  const { near, far } = fabric.efficiency;
  return (nic / 8) * 1e9 * (nodes > fabric.reach ? far : near);
}
