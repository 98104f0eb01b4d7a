/** What docs/scale.md holds in numbers, as Markdown: plans from a neuron to a trillion parameters, the fabric's share, errors. */

const room = (/** @type {string} */ path) => import(new URL(`../dist/rooms/${path}`, import.meta.url).href);
const { cluster, errorOf, fullestOf, gpuNamed, linksOf, plan, planPicture, presetNamed, referenceErrors } =
  await room('plan/index.js');
const { formatBytes, formatCount, formatDuration, formatNumber, formatPercent } = await room('format.js');

/**
 * @typedef {import('../src/plan/index.ts').Plan} Plan
 * @typedef {import('../src/plan/index.ts').PlanRow} PlanRow
 * @typedef {import('../src/plan/index.ts').GroupErrors} GroupErrors
 * @typedef {import('../src/engines/torch/index.ts').TorchStrategy} TorchStrategy
 */

const { torchStrategies } = await room('engines/torch/strategies.js');

/** @param {string[]} head @param {(string | number)[][]} rows */
const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');

/** @param {number} seconds */
function time(seconds) {
  if (seconds >= 1) return formatDuration(seconds);
  return seconds >= 1e-3 ? `${formatNumber(1e3 * seconds, 3)} ms` : `${formatNumber(1e6 * seconds, 3)} µs`;
}

/** @param {string} name @param {object} where @param {object} [options] @returns {Plan} */
function planned(name, where, options = {}) {
  const preset = presetNamed(name);
  return plan(preset.job(), cluster(gpuNamed('h100'), where), { batch: preset.batch, precision: 'bf16', ...options });
}

/** The strategy to take; where none fits, the one that needs least. @param {Plan} found */
const rowOf = ({ recommended, rows }) => recommended ?? /** @type {PlanRow} */ (rows[0]);

/** A trillion takes 3,072 sequences a step and 1,024 GPUs: 128 nodes. */
const steps = /** @type {const} */ ([
  ['neuron', { gpus: 1 }, { precision: 'fp32' }],
  ['mlp-mnist', { gpus: 1 }, { precision: 'fp32' }],
  ['resnet-50', { gpus: 8 }, {}],
  ['gpt2', { gpus: 8 }, {}],
  ['gpt2-xl', { gpus: 8 }, {}],
  ['gpt3-6.7b', { nodes: 2 }, {}],
  ['gpt3-13b', { nodes: 4 }, {}],
  ['llama3-70b', { nodes: 16 }, {}],
  ['gpt3-175b', { nodes: 48 }, {}],
  ['mt-nlg', { nodes: 80 }, {}],
  ['trillion', { nodes: 128 }, {}],
]);

/** From one neuron to a job of a trillion parameters. */
export function scaleTable() {
  const rows = steps.map(([name, where, options]) => {
    const found = planned(name, where, options);
    const { terms, cluster: on, rows } = found;
    const row = rowOf(found);
    const states = terms.bytes.parameters + terms.bytes.gradients + terms.bytes.optimizer;
    const alone = rows.find(({ gpus }) => gpus === 1);
    return [
      `${name}: ${formatCount(terms.parameters)}`,
      terms.bits.parameters < 1e6 ? `${formatCount(terms.bits.parameters)} bits` : formatBytes(terms.bytes.parameters),
      formatBytes(states),
      alone?.fits ? 'yes' : 'no',
      `${on.nodes} × ${on.gpus}`,
      row.name === 'none' ? 'none' : row.name,
      formatBytes(row.bytes),
      formatBytes(row.sent.nvlink),
      formatBytes(row.sent.nic),
      time(row.seconds.total),
      formatCount(row.perSecond * (found.job.tokens ?? 1)),
    ];
  });
  return table(
    [
      'job: parameters',
      'parameters alone',
      'with gradients and Adam',
      'one GPU holds it',
      'nodes × GPUs',
      'recommended',
      'memory of a GPU',
      'NVLink, a GPU and step',
      'NIC, a step',
      'step',
      'samples or tokens a second',
    ],
    rows,
  );
}

/** @param {string} what @param {Plan} found @param {Plan} beside */
function adviceRow(what, found, beside) {
  const [own, other] = [rowOf(found), rowOf(beside)];
  const nic = linksOf(own, found.cluster).nic;
  const slower = own.seconds.total / other.seconds.total;
  return [
    what,
    own.name,
    formatBytes(nic.bytes),
    formatPercent(nic.busy),
    time(own.seconds.total),
    found === beside ? '1' : `${formatNumber(slower, 3)}`,
  ];
}

/** Where the advice on fabrics shows. */
export function adviceTable() {
  const data = { wishes: { tensor: 1, pipeline: 1, zero: 3 }, batch: 256 };
  const best = planned('gpt3-6.7b', { nodes: 32 }, data);
  const rows = [
    adviceRow('rail-optimized, 400G NIC a GPU', best, best),
    adviceRow('the same, ECMP without spreading', planned('gpt3-6.7b', { nodes: 32, fabric: 'ecmp' }, data), best),
    adviceRow('200G NICs', planned('gpt3-6.7b', { nodes: 32, nic: 200 }, data), best),
    adviceRow('2 NICs for 8 GPUs', planned('gpt3-6.7b', { nodes: 32, nics: 2 }, data), best),
    adviceRow('2 NICs for 8 GPUs, ECMP', planned('gpt3-6.7b', { nodes: 32, nics: 2, fabric: 'ecmp' }, data), best),
  ];
  const tensor = (/** @type {number} */ t) =>
    planned(
      'gpt3-6.7b',
      { nodes: 2 },
      { batch: 64, wishes: { tensor: t, pipeline: 1, zero: 0, micro: 4, recompute: 'selective' } },
    );
  const inside = tensor(8);
  const head = ['what', 'strategy', 'NIC, a step', 'of the NIC’s rate', 'step', 'times the first'];
  return [
    table(head, rows),
    '',
    table(head, [
      adviceRow('a layer divided inside the node', inside, inside),
      adviceRow('a layer divided over two nodes', tensor(16), inside),
    ]),
  ].join('\n');
}

/** Elephant flows on uplinks that a hash chooses, and packets of a step. */
export function flowTable() {
  const uplinks = 32;
  const rows = [1, 2, 4, 8, 16].map(pairs => {
    const fullest = fullestOf(uplinks * pairs, uplinks) / pairs;
    return [pairs, formatNumber(fullest, 3), formatPercent(1 / fullest)];
  });
  return table(['queue pairs a NIC', 'load of the fullest uplink', 'rate of the slowest flow'], rows);
}

export function packetTable() {
  const rows = /** @type {const} */ ([
    ['gpt3-6.7b', 2],
    ['gpt3-175b', 48],
    ['trillion', 128],
  ]).map(([name, nodes]) => {
    const found = planned(name, { nodes });
    const [row, on] = [rowOf(found), found.cluster];
    const packets = (row.sent.nic / 4096) * on.nodes * on.gpus;
    return [name, row.name, formatCount(Number(packets.toPrecision(2))), formatNumber(packets * 1e-9, 2)];
  });
  return table(['job', 'strategy', 'packets of 4 KiB in a step', 'lost at one in 10⁹'], rows);
}

/** @param {GroupErrors} group */
const worstName = ({ rows }) => rows.reduce((a, b) => (Math.abs(errorOf(b)) > Math.abs(errorOf(a)) ? b : a)).name;

/** Mean and worst error of every group. */
export function errorTable() {
  const rows = referenceErrors().map((/** @type {GroupErrors} */ group) => [
    group.group,
    group.source,
    group.rows.length,
    formatPercent(group.mean),
    group.worst < 5e-4 ? formatPercent(0) : `${formatPercent(group.worst)} (${worstName(group)})`,
    group.bar === undefined ? '' : group.bar < 1e-6 ? 'exact' : formatPercent(group.bar),
  ]);
  return table(['what', 'where it is stated', 'numbers', 'mean error', 'worst', 'bar'], rows);
}

/** Every comparison of the groups of that name. @param {(group: GroupErrors) => boolean} wanted */
export function detailTable(wanted) {
  const rows = referenceErrors()
    .filter(wanted)
    .flatMap((/** @type {GroupErrors} */ group) =>
      group.rows.map(one => [
        `${group.group}: ${one.name}`,
        `${formatNumber(one.stated, 4)} ${group.unit}`,
        formatNumber(one.planned, 4),
        `${errorOf(one) >= 0 ? '+' : '−'}${formatPercent(Math.abs(errorOf(one)))}`,
      ]),
    );
  return table(['what', 'stated', 'planned', 'difference'], rows);
}

/** The picture of the page. */
export const picture = () => planPicture(planned('gpt3-13b', { nodes: 4 }));

/** What `--strategy` may be. */
export const strategyTable = () =>
  table(
    ['`--strategy`', 'what each process holds', 'refused', 'PyTorch'],
    torchStrategies.map((/** @type {TorchStrategy} */ { name, about, refuses, since }) => [
      `\`${name}\``,
      about,
      refuses,
      since.join('.'),
    ]),
  ).replaceAll('---:', '---');

/** The blocks of the page by name. */
export const blocks = () => ({
  strategies: strategyTable(),
  scale: scaleTable(),
  advice: adviceTable(),
  flows: flowTable(),
  packets: packetTable(),
  errors: errorTable(),
  steps: detailTable(({ group }) => group.startsWith('step') || group.startsWith('memory')),
});
