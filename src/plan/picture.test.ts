import { describe, expect, test } from 'vitest';
import { type ClusterOptions, cluster } from './cluster.ts';
import { gpuNamed } from './gpus.ts';
import { fullestOf, linksOf } from './links.ts';
import { planPicture } from './picture.ts';
import { plan } from './plan.ts';
import type { Plan } from './plan-row.ts';
import { presetNamed } from './presets.ts';

const found = (name: string, where: ClusterOptions, batch: number): Plan =>
  plan(presetNamed(name).job(), cluster(gpuNamed('h100'), where), { batch, precision: 'bf16' });

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

describe('the picture of a plan', () => {
  test('has every GPU, NIC and switch of two nodes, and the bytes of each link', () => {
    const own = found('gpt2', { nodes: 2 }, 64);
    const svg = planPicture(own);
    expect([/GPU \d</g, /NIC \d</g, /Rail Switch [A-H]</g, /Spine \d/g].map(what => count(svg, what))).toEqual([
      16, 16, 8, 0,
    ]);
    const { nic, nvlink, uplink } = linksOf(own.recommended!, own.cluster);
    expect(uplink).toBeNull();
    expect(nic.bytes).toBe(own.recommended!.sent.nic);
    expect(nvlink.busy).toBeCloseTo(nvlink.bytes / 450e9 / own.recommended!.seconds.total, 12);
    expect(svg).toContain('Node 1: NVLink');
    expect(svg).toMatch(/^<svg xmlns[^>]*role="img"[^>]*>.*<\/svg>$/s);
  });

  test('has spines where a flow leaves the reach of its first switch, shared NICs, and one node without a fabric', () => {
    const far = planPicture(found('gpt2', { nodes: 8, fabric: 'ecmp' }, 64));
    expect([count(far, /ToR Switch A</g), count(far, /Spine \d</g)]).toEqual([1, 2]);
    expect(far).toContain('ToR Switch to Spine: ');
    expect(count(planPicture(found('gpt2', { nodes: 2, nics: 2 }, 64)), /NIC \d</g)).toBe(4);
    expect(planPicture(found('neuron', {}, 1))).not.toMatch(/NIC|Switch/);
  });
});

test('the fullest of some links, as counted by hand', () => {
  expect(fullestOf(1, 4)).toBe(1);
  expect(fullestOf(2, 2)).toBe(1.5);
  // Three flows on two links: all on one in 2 of 8 cases, else two.
  expect(fullestOf(3, 2)).toBe(2.25);
  // Three on three: 6 of 27 one each, 3 of 27 all on one, else two.
  expect(fullestOf(3, 3)).toBeCloseTo((6 + 3 * 3 + 18 * 2) / 27, 12);
});
