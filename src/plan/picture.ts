/** A plan as a picture: GPUs, NVLink, NICs, rail and spine switches, with the traffic of one step on each link. */
import { type DrawContext, fitted, font, hex, palettes, sequential, svgContext } from '../draw/index.ts';
import { formatBytes, formatNumber, formatPercent } from '../format.ts';
import type { Cluster } from './cluster.ts';
import { type Link, linksOf } from './links.ts';
import type { Plan, PlanRow } from './plan-row.ts';

const palette = palettes.light;
/** Most of each that is drawn; the rest is told in words. */
const [mostNodes, mostGpus, mostSpines] = [2, 8, 4];
const [gpuWidth, gap, margin, top] = [74, 10, 24, 84];

/** Where the rows stand, downwards; those that a cluster lacks take no room. */
function rowsOf({ nodes, fabric }: Cluster) {
  const leaf = top + (nodes > fabric.reach ? 96 : 0);
  const nic = leaf + 130;
  const gpu = nodes > 1 ? nic + 92 : top + 40;
  return { spine: top, leaf, nic, gpu, nvlink: gpu + 70 };
}

interface Look {
  readonly context: DrawContext;
  readonly width: number;
  readonly rows: ReturnType<typeof rowsOf>;
}

/** The plan as an SVG file; where nothing is recommended, of the strategy that comes first. */
export function planPicture(found: Plan): string {
  const row = found.recommended ?? found.rows[0]!;
  const { cluster, job } = found;
  const nodes = Math.min(mostNodes, cluster.nodes);
  const gpus = Math.min(mostGpus, cluster.gpus);
  const nodeWidth = gpus * gpuWidth + gap;
  const width = Math.max(760, 2 * margin + nodes * (nodeWidth + 2 * gap) - 2 * gap);
  const rows = rowsOf(cluster);
  const height = rows.nvlink + 150;
  const title = `${job.name} on ${cluster.nodes} × ${cluster.gpus} ${cluster.gpu.name}: ${row.name}`;
  const context = svgContext(width, height, { title, background: palette.background });
  const look = { context, width, rows };
  write(look, title, margin, 30, { size: 17, weight: 600, width: width - 2 * margin });
  write(look, summary(found, row), margin, 54, { width: width - 2 * margin });
  const left = (width - (nodes * (nodeWidth + 2 * gap) - 2 * gap)) / 2;
  const places = Array.from({ length: nodes }, (_, i) => left + i * (nodeWidth + 2 * gap));
  if (cluster.nodes > 1) drawFabric(look, found, row, places, gpus);
  for (const [i, x] of places.entries()) drawNode(look, found, row, { x, width: nodeWidth, gpus, index: i });
  drawLegend(look, found, row, height - 64);
  return context.svg();
}

function summary({ batch, job, cluster }: Plan, { bytes, seconds, perSecond }: PlanRow): string {
  const rate = job.tokens === undefined ? `${job.unit}s` : 'tokens';
  return [
    `one step of ${batch} ${job.unit}s takes ${formatNumber(seconds.total, 3)} s`,
    `${formatNumber(Math.round(perSecond * (job.tokens ?? 1)))} ${rate}/s`,
    `${formatBytes(bytes)} of ${formatBytes(cluster.gpu.memory)} on the fullest GPU`,
    cluster.nodes > mostNodes ? `${mostNodes} of ${cluster.nodes} nodes are drawn` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

interface Writing {
  readonly size?: number;
  readonly weight?: 400 | 600;
  readonly colour?: string;
  readonly align?: CanvasTextAlign;
  readonly width?: number;
}

function write({ context }: Look, text: string, x: number, y: number, how: Writing = {}): void {
  const { size = 12, weight = 400, colour = palette.ink, align = 'left', width } = how;
  context.font = font(size, weight);
  context.fillStyle = colour;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.fillText(width === undefined ? text : fitted(context, text, width), x, y);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function box(look: Look, { x, y, width, height }: Box, lines: readonly string[], fill = palette.background): void {
  const { context } = look;
  context.fillStyle = fill;
  context.fillRect(x, y, width, height);
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.strokeRect(x, y, width, height);
  lines.forEach((text, i) => {
    const at = y + ((i + 0.5) * height) / lines.length;
    write(look, text, x + width / 2, at, { size: 11, align: 'center', width: width - 4 });
  });
}

type Point = readonly [x: number, y: number];

/** A link: the busier, the wider and the darker; dashed where nothing travels. */
function line({ context }: Look, link: Link | null, [ax, ay]: Point, [bx, by]: Point): void {
  const busy = Math.min(1, link?.busy ?? 0);
  context.beginPath();
  context.moveTo(ax, ay);
  context.lineTo(bx, by);
  context.setLineDash(link && link.bytes > 0 ? [] : [3, 3]);
  context.strokeStyle = link && link.bytes > 0 ? hex(sequential(palette, 0.35 + 0.65 * busy)) : palette.line;
  context.lineWidth = 1 + 4 * busy;
  context.stroke();
  context.setLineDash([]);
}

const nicsDrawn = ({ cluster: { perNic } }: Plan, gpus: number): number => Math.max(1, Math.floor(gpus / perNic));

/** Where NIC k of a node hangs. */
function nicPlace(found: Plan, x: number, gpus: number, k: number): number {
  const share = (gpus * gpuWidth) / nicsDrawn(found, gpus);
  return x + gap / 2 + (k + 0.5) * share;
}

interface Node {
  readonly x: number;
  readonly width: number;
  readonly gpus: number;
  readonly index: number;
}

function drawNode(look: Look, found: Plan, row: PlanRow, { x, width, gpus, index }: Node): void {
  const { cluster } = found;
  const { nvlink, nic: out } = linksOf(row, cluster);
  const { context, rows } = look;
  const from = cluster.nodes > 1 ? rows.nic - 14 : rows.gpu - 30;
  context.strokeStyle = palette.grid;
  context.lineWidth = 1.5;
  context.strokeRect(x, from, width, rows.nvlink + 34 - from);
  const nics = nicsDrawn(found, gpus);
  for (let gpu = 0; gpu < gpus; gpu++) {
    const middle = x + gap / 2 + (gpu + 0.5) * gpuWidth;
    line(look, nvlink, [middle, rows.gpu + 40], [middle, rows.nvlink]);
    if (cluster.nodes > 1) {
      const nic = nicPlace(found, x, gpus, Math.min(nics - 1, Math.floor(gpu / cluster.perNic)));
      line(look, out, [middle, rows.gpu], [nic, rows.nic + 34]);
    }
    const busy = row.gpus > 1 || (gpu === 0 && index === 0);
    const fill = busy ? hex(sequential(palette, 0.12)) : palette.background;
    box(look, { x: middle - gpuWidth / 2 + 4, y: rows.gpu, width: gpuWidth - 8, height: 40 }, [`GPU ${gpu}`], fill);
  }
  if (cluster.nodes > 1)
    for (let k = 0; k < nics; k++)
      box(look, { x: nicPlace(found, x, gpus, k) - 33, y: rows.nic, width: 66, height: 34 }, [
        `NIC ${k}`,
        formatBytes(out.bytes),
      ]);
  const name = `Node ${index + 1}: NVLink, ${formatBytes(nvlink.bytes)} of each GPU`;
  box(look, { x: x + gap / 2, y: rows.nvlink, width: width - gap, height: 24 }, [name]);
}

function drawFabric(look: Look, found: Plan, row: PlanRow, places: readonly number[], gpus: number): void {
  const { cluster } = found;
  const { nic, uplink } = linksOf(row, cluster);
  const { fabric, nodes } = cluster;
  const { rows } = look;
  const nics = nicsDrawn(found, gpus);
  const leaves = fabric.perRail ? nics : Math.ceil(places.length / fabric.reach);
  const inner = look.width - 2 * margin;
  const leafAt = (leaf: number): number => margin + ((leaf + 0.5) * inner) / leaves;
  const spines = cluster.nodes > fabric.reach ? Math.min(mostSpines, Math.max(2, leaves)) : 0;
  const spineAt = (spine: number): number => margin + ((spine + 0.5) * inner) / spines;
  for (let spine = 0; spine < spines; spine++)
    for (let leaf = 0; leaf < leaves; leaf++)
      line(look, uplink, [spineAt(spine), rows.spine + 26], [leafAt(leaf), rows.leaf]);
  for (const [node, x] of places.entries())
    for (let k = 0; k < nics; k++) {
      const leaf = fabric.perRail ? k : Math.floor(node / fabric.reach);
      line(look, nic, [leafAt(leaf), rows.leaf + 36], [nicPlace(found, x, gpus, k), rows.nic]);
    }
  const wide = (count: number): number => Math.min(150, inner / count - 8);
  const switched = Math.min(nodes, fabric.reach) * (fabric.perRail ? 1 : nics) * nic.bytes;
  for (let spine = 0; spine < spines; spine++) {
    const place = { x: spineAt(spine) - wide(spines) / 2, y: rows.spine, width: wide(spines), height: 26 };
    box(look, place, [`Spine ${spine + 1}`]);
  }
  for (let leaf = 0; leaf < leaves; leaf++) {
    const place = { x: leafAt(leaf) - wide(leaves) / 2, y: rows.leaf, width: wide(leaves), height: 36 };
    box(look, place, [`${fabric.leaf} ${String.fromCharCode(65 + leaf)}`, formatBytes(switched)]);
  }
}

function drawLegend(look: Look, found: Plan, row: PlanRow, y: number): void {
  const { nvlink, nic, uplink } = linksOf(row, found.cluster);
  const shown = found.cluster.nodes > 1 ? [nvlink, nic, uplink] : [nvlink];
  const lines = shown.flatMap(link => (link ? [link] : []));
  lines.forEach((link, i) => {
    const at = y + 18 * i;
    line(look, link, [margin, at], [margin + 40, at]);
    const text =
      link.bytes > 0
        ? `${link.name}: ${formatBytes(link.bytes)} in a step, ${formatPercent(link.busy)} of what its ${formatBytes(link.rate)}/s carry`
        : `${link.name}: nothing`;
    write(look, text, margin + 52, at, { width: look.width / 2 - 60 });
  });
  row.traffic.slice(0, 3).forEach(({ cargo, pattern, times, nvlink, network }, i) => {
    const text = `${pattern} of ${cargo}, ${formatNumber(times)} times: NVLink ${formatBytes(nvlink)}, network ${formatBytes(network)}`;
    write(look, text, look.width / 2 + 8, y + 18 * i, { colour: palette.muted, width: look.width / 2 - margin - 8 });
  });
}
