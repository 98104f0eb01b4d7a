import { describe, expect, test } from 'vitest';
import { layerKinds, place } from '../nn/index.ts';
import { biasCount, coreFlops, forwardFlops, type Job, trainedCount, weightCount } from './job.ts';
import { networkJob } from './network-job.ts';
import { bytesOfParameter, precisions } from './precision.ts';
import { llamaShape, megatronShape, presetNamed, presets } from './presets.ts';
import { gptParameters, gptStepFlops, transformerJob } from './transformer.ts';

const job = (name: string): Job => presetNamed(name).job();
const kept = ({ layers }: Job): number =>
  layers.reduce((sum, { work: { kept } }) => sum + kept.whole.numbers + kept.split.numbers, 0);

describe('parameters', () => {
  test('the neuron of four connections is 128 + 32 = 160 bits', () => {
    const neuron = job('neuron');
    expect([32 * weightCount(neuron), 32 * biasCount(neuron), 32 * trainedCount(neuron)]).toEqual([128, 32, 160]);
  });

  // Counted by PyTorch on torchvision's and Hugging Face's models.
  test.each([
    ['mlp-mnist', 669_706],
    ['resnet-50', 25_557_032],
    ['resnet-101', 44_549_160],
    ['resnet-152', 60_192_808],
    ['gpt2', 124_439_808],
    ['gpt2-medium', 354_823_168],
    ['gpt2-large', 774_030_080],
    ['gpt2-xl', 1_557_611_200],
    ['llama3-8b', 8_030_261_248],
    ['llama3-70b', 70_553_706_496],
    ['llama3-405b', 405_853_388_800],
  ])('%s has %i', (name, count) => {
    expect(trainedCount(job(name))).toBe(count);
  });

  test('every preset has a name of its own, parameters and operations', () => {
    expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
    for (const preset of presets) {
      const own = preset.job();
      expect(forwardFlops(own), preset.name).toBeGreaterThan(0);
      for (const layer of own.layers) expect(layer.split).toBeLessThanOrEqual(layer.weights + layer.biases);
    }
  });

  test('the formula of Narayanan et al. leaves out the last norm only', () => {
    const shape = megatronShape([105, 20_480, 128]);
    expect(trainedCount(transformerJob('x', shape)) - gptParameters(shape)).toBeCloseTo(2 * 20_480, -1);
  });
});

describe('operations', () => {
  test('of a step without recomputation are those of eq. 3 of Narayanan et al.', () => {
    const shape = megatronShape([48, 6144, 64]);
    expect(3 * forwardFlops(transformerJob('x', shape))).toBeCloseTo(gptStepFlops(shape, 1, false), -6);
  });

  test('of ResNet-50 forward are 8.178 GFLOP, as PyTorch counts', () => {
    expect(forwardFlops(job('resnet-50')) / 1e9).toBeCloseTo(8.178, 3);
  });

  // Megatron-Bridge 25.11 states TFLOP/s and tokens/s of each GPU; it counts half of the attention matrix.
  test.each([
    ['llama3-8b', llamaShape([32, 4096, 32], 14_336), 744e12 / 14_451],
    ['llama3-70b', llamaShape([80, 8192, 64], 28_672), 719e12 / 1602],
    ['llama3-405b', llamaShape([126, 16_384, 128], 53_248), 737e12 / 292],
  ])('of a token of %s are those that Megatron-Bridge divides by', (name, shape, stated) => {
    const { layers, ...rest } = transformerJob(name, shape);
    const block = layers[1]!;
    const halfCore = (3 * block.repeat * coreFlops(block)) / 2;
    const perToken = (3 * forwardFlops({ layers, ...rest }) - halfCore) / shape.sequence;
    expect(perToken / stated).toBeGreaterThan(0.998);
    expect(perToken / stated).toBeLessThan(1.002);
  });
});

describe('bytes', () => {
  test('of a parameter: 8, 12 and 16 in float32, 18, 20 and 16 with short weights', () => {
    const of = (precision: keyof typeof precisions, optimizer: 'sgd' | 'momentum' | 'adam'): number =>
      Object.values(bytesOfParameter(precisions[precision], optimizer)).reduce((a, b) => a + b, 0);
    expect([of('fp32', 'sgd'), of('fp32', 'momentum'), of('fp32', 'adam')]).toEqual([8, 12, 16]);
    expect([of('bf16', 'adam'), of('fp16', 'adam'), of('bf16-short', 'adam')]).toEqual([18, 20, 16]);
  });

  test('that 784-512-512-10 keeps for one picture are the 7,280 that PyTorch saves', () => {
    const mlp = job('mlp-mnist');
    expect(4 * kept(mlp) + mlp.sampleBytes).toBe(7280);
  });

  // Measured with MXNet on a TITAN X, MiB at batch 10 and 40 (knjcode/mxnet-finetuner, docs/benchmark.md).
  test.each([
    ['resnet-50', (5483 - 1875) / 30],
    ['resnet-101', (8158 - 2791) / 30],
    ['resnet-152', (11_330 - 3790) / 30],
  ])('that %s keeps for one picture are within a tenth of what was measured', (name, slope) => {
    expect(Math.abs((4 * kept(job(name))) / 2 ** 20 / slope - 1)).toBeLessThan(0.1);
  });
});

describe('a network of any layers', () => {
  test('has the parameters and multiply-adds of its records', () => {
    for (const kind of layerKinds) {
      for (const spec of kind.examples) {
        const input = shapes.find(shape => {
          try {
            return place({ layers: [spec] }, shape).length > 0;
          } catch {
            return false;
          }
        });
        expect(input, kind.kind).toBeDefined();
        const own = networkJob('x', { layers: [spec] }, input!);
        expect(Number.isFinite(forwardFlops(own)), kind.kind).toBe(true);
        expect(trainedCount(own)).toBeGreaterThanOrEqual(0);
        expect(own.layers.every(({ work }) => work.kept.whole.numbers > 0)).toBe(true);
      }
    }
  });

  test('is divided by pairs of dense layers', () => {
    const { layers, divisors } = job('cnn-cifar');
    const split = layers.filter(layer => layer.split > 0).map(({ name }) => name);
    expect(split).toEqual(['dense1', 'dense2']);
    expect(divisors).toEqual([256]);
  });
});

const shapes = [
  [3],
  [4],
  [6],
  [12],
  [5, 3],
  [4, 6],
  [2, 6],
  [3, 8],
  [3, 8, 8],
  [2, 8, 8],
  [4, 4, 4],
  [4, 8, 8],
  [1, 6],
];
