import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent } from '../../format.ts';
import type { Memory, Plan, PlanRow, StepSeconds } from '../../plan/index.ts';
import { pairs, type Row, table } from '../table.ts';
import { styled, type Terminal } from '../terminal.ts';

interface Look {
  /** Show every strategy. */
  readonly all: boolean;
  readonly terminal: Terminal;
}

/** A plan for a person: the job, the recommended strategy, all of them, why. */
export function planText(found: Plan, look: Look): string {
  const { recommended } = found;
  const title = (text: string): string => styled(text, 'bold', look.terminal);
  const parts = [
    `${title(`Job ${found.job.name}`)}\n${jobText(found)}`,
    `${title('Cluster')}\n${clusterText(found)}`,
    `${title('Strategies')}\n${strategiesText(found, look)}`,
  ];
  if (recommended) {
    const name = `${recommended.name === 'none' ? 'one GPU, nothing divided' : recommended.name}`;
    parts.push(
      `${title(`Recommended: ${name}`)}\n${found.why.map(reason => `- ${reason}`).join('\n')}`,
      `${title('Memory of the fullest GPU')}\n${memoryText(recommended, found)}`,
      `${title('One step')}\n${stepText(recommended, found)}`,
    );
    if (recommended.traffic.length > 0)
      parts.push(`${title('What a GPU sends in one step')}\n${trafficText(recommended, found)}`);
  } else parts.push(`${title('Nothing fits')}\n${found.why.map(reason => `- ${reason}`).join('\n')}\n${advice(found)}`);
  return parts.join('\n\n');
}

const count = (value: number): string => (value < 1e15 ? formatCount(value) : scaled(value));
const scaled = (value: number): string => {
  const units = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z'];
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${Number((value / 1000 ** step).toPrecision(4))} ${units[step]}`;
};
const amount = (many: number, one: string): string => `${formatCount(many)} ${one}${many === 1 ? '' : 's'}`;

function jobText({ job, terms, batch, precision, optimizer }: Plan): string {
  const { bits, bytes } = terms;
  const sum = `${count(bits.weights)} + ${count(bits.biases)} = ${count(bits.parameters)} bits`;
  const tokens = job.tokens === undefined ? '' : ` of ${formatCount(job.tokens)} tokens`;
  return pairs([
    [
      'parameters',
      `${count(terms.weights)} in weights + ${count(terms.biases)} in biases = ${count(terms.parameters)}`,
    ],
    ['their bits', `${sum} = ${formatBytes(bytes.parameters)}`],
    ['gradients', formatBytes(bytes.gradients)],
    ['optimiser', `${formatBytes(bytes.optimizer)} (${optimizer}, ${precision})`],
    ['input batch', `${amount(batch, job.unit)}${tokens}: ${formatBytes(terms.inputBytes)}`],
    ['one step', `${scaled(terms.flopsPerStep)}FLOP, forward and backward`],
  ]);
}

function clusterText({ cluster, recommended }: Plan): string {
  const { gpu, gpus, nodes, nic, perNic, fabric } = cluster;
  const far = nodes > fabric.reach;
  return pairs([
    ['nodes', `${amount(nodes, 'node')} of ${amount(gpus, 'GPU')}: ${gpu.name}, ${formatBytes(gpu.memory)} each`],
    ['NVLink', `${formatBytes(gpu.nvlink)}/s for each GPU and direction, within the node`],
    [
      'NICs',
      `${perNic === 1 ? 'one a GPU' : `one shared by ${perNic} GPUs`}, ${formatNumber(nic)} Gbit/s = ${formatBytes((nic / 8) * 1e9)}/s`,
    ],
    ...(nodes > 1
      ? ([
          ['fabric', `${fabric.name}: ${fabric.about}`],
          [
            'hops',
            far
              ? `1 within ${fabric.reach} nodes, 3 beyond (${fabric.leaf}, Spine, ${fabric.leaf})`
              : `1, over one ${fabric.leaf}`,
          ],
        ] as const)
      : []),
    ...(recommended && recommended.sent.nic > 0 ? ([['flows', flowText(recommended)]] as const) : []),
  ]);
}

const flowText = ({ sent, seconds }: PlanRow): string =>
  `${formatBytes(sent.nic)} leave through each NIC in a step of ${formatSeconds(seconds.total)}: few elephant flows of low entropy (RDMA Write), loss-less`;

function formatSeconds(seconds: number): string {
  if (seconds >= 60) return formatDuration(seconds);
  if (seconds >= 0.1) return `${Number(seconds.toPrecision(3))} s`;
  return seconds >= 1e-3
    ? `${Number((1e3 * seconds).toPrecision(3))} ms`
    : `${Number((1e6 * seconds).toPrecision(3))} µs`;
}

const fewStrategies = 12;

const recomputed = { none: 'all', selective: 'all but attention', full: 'inputs of layers' } as const;

function strategiesText({ rows, recommended, job, tried }: Plan, { all, terminal }: Look): string {
  const shown = all ? rows : rows.filter((row, i) => i < fewStrategies || row === recommended || row.gpus === 1);
  const text = table(
    [
      '',
      { header: 'strategy', wrap: 16 },
      { header: 'micro-batches', align: 'right' },
      { header: 'kept', drop: 2 },
      { header: 'memory', align: 'right' },
      '',
      { header: 'NVLink', align: 'right', drop: 1 },
      { header: 'NIC', align: 'right' },
      { header: 'bubble', align: 'right', drop: 3 },
      { header: 'step', align: 'right' },
      { header: `${job.tokens === undefined ? job.unit : 'token'}s/s`, align: 'right' },
      { header: 'TFLOP/s', align: 'right', drop: 4 },
    ],
    shown.map((row): Row => {
      const { strategy, bytes, fits, sent, seconds, perSecond, flopsPerGpu } = row;
      const pieces = strategy.interleave > 1 ? `, ${strategy.interleave} pieces` : '';
      return [
        row === recommended ? '→' : '',
        row.gpus === 1 ? 'none (one GPU)' : `${row.name}${pieces}`,
        `${strategy.micros} × ${strategy.micro}`,
        recomputed[strategy.recompute],
        formatBytes(bytes),
        fits ? 'fits' : 'too much',
        formatBytes(sent.nvlink),
        formatBytes(sent.nic),
        formatPercent(seconds.bubble / seconds.total),
        formatSeconds(seconds.total),
        formatCount(perSecond * (job.tokens ?? 1)),
        formatNumber(flopsPerGpu / 1e12, 3),
      ];
    }),
    terminal,
  );
  const rest = rows.length - shown.length;
  const more = rest > 0 ? ` ${rest} more: --all.` : '';
  return `${text}\nOf ${formatCount(tried)} ways the best of each product of strategies.${more} NVLink: sent by a GPU in a step; NIC: through one NIC.`;
}

const termNames: Readonly<Record<keyof Memory, string>> = {
  parameters: 'parameters',
  gradients: 'gradients',
  optimizer: 'optimiser, with float32 weights where others are shorter',
  activations: 'activations kept for the backward phase',
  input: 'input of a micro-batch',
  buckets: 'gradients on their way, gathered layers',
  reserve: 'reserve: CUDA context, NCCL',
};

function memoryText({ memory, bytes }: PlanRow, { cluster: { gpu } }: Plan): string {
  const terms = (Object.keys(termNames) as (keyof Memory)[]).filter(term => memory[term] > 0);
  const lines = terms.map(
    (term): Row => [termNames[term], formatBytes(memory[term]), formatPercent(memory[term] / gpu.memory)],
  );
  const total: Row = ['in all', formatBytes(bytes), formatPercent(bytes / gpu.memory)];
  const right = (header: string) => ({ header, align: 'right' }) as const;
  return table(['', right('bytes'), right(`of ${formatBytes(gpu.memory)}`)], [...lines, 'rule', total]);
}

const secondNames: Readonly<Record<keyof StepSeconds, string>> = {
  forward: 'forward pass (computation)',
  backward: 'backward pass (adjustment)',
  again: 'computing again what was not kept',
  tensor: 'parts of layers added up (tensor)',
  pipeline: 'handing on between stages',
  bubble: 'pipeline bubble',
  data: 'gradient synchronization that is not hidden',
  update: 'update of the parameters',
  total: 'in all',
};

function stepText({ seconds, flopsPerGpu }: PlanRow, { precision, cluster: { gpu } }: Plan): string {
  const shown = (Object.keys(secondNames) as (keyof StepSeconds)[]).filter(part => seconds[part] > 0);
  const lines = shown.map(part => [
    secondNames[part],
    formatSeconds(seconds[part]),
    formatPercent(seconds[part] / seconds.total),
  ]);
  const rate = precision === 'fp32' || precision === 'tf32' ? precision : 'bf16';
  const right = (header: string) => ({ header, align: 'right' }) as const;
  const text = table(['', right('time'), right('share')], [...lines.slice(0, -1), 'rule', lines.at(-1)!]);
  return `${text}\n${formatNumber(flopsPerGpu / 1e12, 3)} TFLOP/s of each GPU, ${formatPercent(flopsPerGpu / gpu.peak[rate])} of its peak in ${rate}.`;
}

function trafficText({ traffic, sent }: PlanRow, { cluster }: Plan): string {
  const lines = traffic.map(
    ({ cargo, pattern, times, nvlink, network }): Row => [
      cargo,
      pattern,
      formatCount(times),
      formatBytes(nvlink),
      formatBytes(network),
    ],
  );
  const right = (header: string) => ({ header, align: 'right' }) as const;
  const text = table(['what', 'pattern', right('times'), right('NVLink'), right('network')], lines);
  const shared = cluster.perNic > 1 ? `, of ${cluster.perNic} GPUs` : '';
  return `${text}\nThrough one NIC${shared}: ${formatBytes(sent.nic)}.`;
}

function advice({ precision, cluster }: Plan): string {
  const ways = [
    ...(precision === 'fp32' ? ['--precision bf16'] : []),
    `more GPUs (--nodes ${2 * cluster.nodes})`,
    'a GPU with more memory',
    'a smaller --batch',
  ];
  return `Try ${ways.join(', ')}.`;
}
