/** model.py of a job folder: the network, what it is fed and what it learns by. */
import type { PixelEncoding } from '../../../features/index.ts';
import { torchNetwork, torchStages } from '../../../model/export/torch-network.ts';
import { type LossName, type PlacedLayer, place } from '../../../nn/index.ts';
import { type TrainingJob, tasks } from '../../../train/index.ts';

const smoothed = (target: string, smoothing: number, outcomes: number): string =>
  smoothing === 0 ? target : `${target} * ${1 - smoothing} + ${smoothing / outcomes}`;

/** Every loss as lines of Python; one that is not here does not compile. */
const losses: Readonly<Record<LossName, (smoothing: number, classes: number) => readonly string[]>> = {
  'cross-entropy': (smoothing, classes) => [
    `wanted = F.one_hot(target[:, 0].long(), ${classes}).float()`,
    ...(smoothing === 0 ? [] : [`wanted = ${smoothed('wanted', smoothing, classes)}`]),
    'return -(wanted * F.log_softmax(y, dim=-1)).sum(dim=-1)',
  ],
  'binary-cross-entropy': smoothing => [
    `wanted = ${smoothed('target.float()', smoothing, 2)}`,
    'return (F.softplus(y) - wanted * y)[..., 0]',
  ],
  'squared-error': () => ['known = torch.where(target.isnan(), y, target)', 'return ((y - known) ** 2).mean(dim=-1)'],
};

const inputsOf = (pixels: PixelEncoding | undefined): readonly string[] => {
  if (!pixels) return ['    """Rows as the network takes them."""', '    return x'];
  const each = (values: readonly number[]): string =>
    `torch.tensor(${JSON.stringify(values)}, device=x.device).reshape(-1, 1, 1)`;
  return [
    '    """Pixels 0 to 255 [N, channels, height, width] in the unit of the network."""',
    `    centre = ${each(pixels.mean.map((value, channel) => value / pixels.std[channel]!))}`,
    `    return x.float() * ${each(pixels.std.map(value => 1 / (255 * value)))} - centre`,
  ];
};

type Stages = readonly (readonly PlacedLayer[])[];

/** The Python of a job's network, or of its stages. */
export function modelPy({ network, inputShape, pixels, target, options }: TrainingJob, stages?: Stages): string {
  const members = network.members ?? 1;
  const { kind, code } = stages ? torchStages(stages, members) : torchNetwork(place(network, inputShape), members);
  const classes = 'classes' in target ? target.classes.length : 1;
  const parts = [
    [
      '"""The network, what it is fed and what it learns by."""',
      'import torch',
      'import torch.nn.functional as F',
      'from torch import nn',
    ].join('\n'),
    ...code,
    ['def inputs(x):', ...inputsOf(pixels)].join('\n'),
    [
      'def row_losses(y, target):',
      `    """The loss of each row (${tasks[target.task].loss}); of an ensemble [members, rows]."""`,
      ...losses[tasks[target.task].loss](options.smoothing, classes).map(line => `    ${line}`),
    ].join('\n'),
    stages ? `STAGES = ${kind}` : `MODEL = ${kind}`,
  ];
  return `${parts.join('\n\n\n')}\n`;
}
