import {
  activationLayer,
  batchNorm,
  conv2d,
  dense,
  globalAveragePool,
  type LayerSpec,
  maxPool,
  type NetworkSpec,
  network,
  residual,
} from '../nn/index.ts';

const plain = (filters: number, kernel: number, stride = 1): readonly LayerSpec[] => [
  conv2d(filters, kernel, 'linear', { stride, padding: (kernel - 1) / 2, bias: false }),
  batchNorm(),
];

/** 1×1, 3×3, 1×1 with a way around; the stride stands in the 3×3, as torchvision has it. */
function bottleneck(width: number, stride: number, first: boolean): LayerSpec {
  const layers = [
    ...plain(width, 1),
    activationLayer('relu'),
    ...plain(width, 3, stride),
    activationLayer('relu'),
    ...plain(4 * width, 1),
  ];
  return residual(layers, 'relu', first ? { shortcut: plain(4 * width, 1, stride) } : {});
}

/** ResNet of bottlenecks, so many in each of four groups, on images of 3 channels (He et al. 2016, table 1). */
export function resnet(blocks: readonly number[], classes = 1000): NetworkSpec {
  const groups = blocks.flatMap((count, group) =>
    Array.from({ length: count }, (_, i) => bottleneck(64 * 2 ** group, group > 0 && i === 0 ? 2 : 1, i === 0)),
  );
  return network([
    ...plain(64, 7, 2),
    activationLayer('relu'),
    maxPool(3, { stride: 2, padding: 1 }),
    ...groups,
    globalAveragePool(),
    dense(classes, 'linear'),
  ]);
}
