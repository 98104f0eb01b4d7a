/** How busy each link of a cluster is in one step. */
import type { Cluster } from './cluster.ts';
import type { PlanRow } from './plan-row.ts';
import { groupsOf, type Strategy } from './strategy.ts';

export interface Link {
  readonly name: string;
  /** Bytes through it in a step, in the busier direction. */
  readonly bytes: number;
  /** Bytes a second that it carries at most. */
  readonly rate: number;
  /** Share of the step in which it would be full. */
  readonly busy: number;
}

export interface Links {
  readonly nvlink: Link;
  readonly nic: Link;
  /** One of the links from a first switch up to a spine: as many as go down. Null where nothing goes that way. */
  readonly uplink: Link | null;
}

/** What travels on each kind of link. */
export function linksOf({ sent, seconds, strategy, traffic }: PlanRow, cluster: Cluster): Links {
  const { gpu, nic, fabric } = cluster;
  const link = (name: string, bytes: number, rate: number): Link => ({
    name,
    bytes,
    rate,
    busy: bytes / rate / seconds.total,
  });
  const rate = (nic / 8) * 1e9;
  const up = traffic.reduce(
    (sum, { pattern, network }) => sum + network * cluster.perNic * shareBeyond(pattern, strategy, cluster),
    0,
  );
  return {
    nvlink: link('NVLink of a GPU', sent.nvlink, gpu.nvlink),
    nic: link('NIC', sent.nic, rate),
    uplink: up > 0 ? link(`${fabric.leaf} to Spine`, up, rate) : null,
  };
}

/**
 * Share of what leaves a NIC that a spine must carry. Rings go node by node, so that one of `reach` hops leaves the reach of the
 * first switch; stages lie as many nodes apart as the replicas of one fill.
 */
function shareBeyond(pattern: string, strategy: Strategy, { gpus, nodes, fabric }: Cluster): number {
  if (nodes <= fabric.reach) return 0;
  if (pattern === 'point-to-point')
    return Math.min(1, Math.max(1, (strategy.tensor * strategy.data) / gpus) / fabric.reach);
  const { across } = groupsOf(strategy, { gpus } as Cluster).data;
  return across > fabric.reach ? 1 / fabric.reach : 0;
}

/**
 * How many of so many equal flows the fullest of so many links carries in the mean, when a hash lays each flow on one of them:
 * Σ P(fullest > k), with P(fullest ≤ k) = F! / Lᶠ times the coefficient of xᶠ in (Σᵢ₌₀ᵏ xⁱ / i!)ᴸ.
 */
export function fullestOf(flows: number, links: number): number {
  // Some link carries as many as an even share.
  let mean = Math.ceil(flows / links);
  for (let k = mean; k < flows; k++) {
    const more = 1 - atMost(k, flows, links);
    mean += more;
    if (more < 1e-15) break;
  }
  return mean;
}

/** The probability that no link carries more than k flows, link by link: of the flows left each chooses among the links left. */
function atMost(k: number, flows: number, links: number): number {
  let left = new Float64Array(flows + 1);
  left[flows] = 1;
  for (let link = links; link >= 1; link--) {
    const next = new Float64Array(flows + 1);
    // More than k for each link left cannot be laid, less than what the links before have left cannot be.
    for (let n = Math.max(0, flows - k * (links - link)); n <= Math.min(flows, k * link); n++) {
      if (left[n] === 0) continue;
      let here = (1 - 1 / link) ** n;
      for (let taken = 0; taken <= Math.min(k, n); taken++) {
        next[n - taken]! += left[n]! * here;
        // The binomial probability of one more on this link; the last link takes all that is left.
        here = link === 1 ? (taken + 1 === n ? 1 : 0) : (here * (n - taken)) / (taken + 1) / (link - 1);
      }
    }
    left = next;
  }
  return left[0]!;
}
