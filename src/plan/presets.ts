/** Jobs that are known by name. */
import { didYouMean, HillockError } from '../errors.ts';
import { conv2d, dense, flatten, maxPool, type NetworkSpec, network } from '../nn/index.ts';
import type { Job } from './job.ts';
import { networkJob } from './network-job.ts';
import { resnet } from './resnet.ts';
import { type TransformerShape, transformerJob } from './transformer.ts';

export interface Preset {
  readonly name: string;
  readonly about: string;
  /** Samples or sequences of a step unless told. */
  readonly batch: number;
  job(): Job;
}

const ofNetwork = (
  name: string,
  about: string,
  batch: number,
  input: readonly number[],
  spec: () => NetworkSpec,
): Preset => ({ name, about, batch, job: () => networkJob(name, spec(), input) });

const ofTransformer = (name: string, about: string, batch: number, shape: TransformerShape): Preset => ({
  name,
  about,
  batch,
  job: () => transformerJob(name, shape),
});

/** [layers, hidden, heads] */
type Size = readonly [layers: number, hidden: number, heads: number];

const gpt2 = (name: string, [layers, hidden, heads]: Size): Preset =>
  ofTransformer(name, `GPT-2, ${layers} layers of ${hidden} (Radford et al. 2019)`, 512, {
    ...{ layers, hidden, heads, vocabulary: 50_257, sequence: 1024 },
  });

const gpt3 = (name: string, [layers, hidden, heads]: Size, batch: number): Preset =>
  ofTransformer(name, `GPT-3, ${layers} layers of ${hidden} (Brown et al. 2020, table 2.1)`, batch, {
    ...{ layers, hidden, heads, vocabulary: 50_257, sequence: 2048 },
  });

/** The decoders of Megatron-LM's papers: vocabulary 51,200, sequences of 2,048. */
export const megatronShape = ([layers, hidden, heads]: Size): TransformerShape => ({
  ...{ layers, hidden, heads, vocabulary: 51_200, sequence: 2048 },
});

const megatron = (name: string, size: Size, batch: number): Preset =>
  ofTransformer(name, `${size[0]} layers of ${size[1]} (Korthikanti et al. 2022, table 3)`, batch, megatronShape(size));

export const llamaShape = ([layers, hidden, heads]: Size, inner: number): TransformerShape => ({
  ...{ layers, hidden, heads, keyHeads: 8, inner, gated: true, flash: true, vocabulary: 128_256, sequence: 8192 },
});

const llama = (name: string, size: Size, inner: number, batch: number): Preset =>
  ofTransformer(
    name,
    `Llama 3, ${size[0]} layers of ${size[1]} (Grattafiori et al. 2024)`,
    batch,
    llamaShape(size, inner),
  );

/** Every preset, the small ones first. */
export const presets: readonly Preset[] = [
  ofNetwork('neuron', 'one neuron with four inputs: 4 weights and a bias', 1, [4], () =>
    network([dense(1, 'sigmoid')]),
  ),
  ofNetwork('mlp-mnist', '784-512-512-10 on pictures of digits', 128, [784], () =>
    network([dense(512, 'relu'), dense(512, 'relu'), dense(10)]),
  ),
  ofNetwork('cnn-cifar', 'three convolutions and two dense layers on pictures of 32 × 32', 128, [3, 32, 32], () =>
    network([
      ...[32, 64, 128].flatMap(filters => [conv2d(filters, 3, 'relu', { padding: 'same' }), maxPool(2)]),
      flatten(),
      dense(256, 'relu'),
      dense(10),
    ]),
  ),
  ofNetwork('resnet-50', 'ResNet-50 on pictures of 224 × 224 (He et al. 2016)', 256, [3, 224, 224], () =>
    resnet([3, 4, 6, 3]),
  ),
  ofNetwork('resnet-101', 'ResNet-101 on pictures of 224 × 224', 256, [3, 224, 224], () => resnet([3, 4, 23, 3])),
  ofNetwork('resnet-152', 'ResNet-152 on pictures of 224 × 224', 256, [3, 224, 224], () => resnet([3, 8, 36, 3])),
  gpt2('gpt2', [12, 768, 12]),
  gpt2('gpt2-medium', [24, 1024, 16]),
  gpt2('gpt2-large', [36, 1280, 20]),
  gpt2('gpt2-xl', [48, 1600, 25]),
  gpt3('gpt3-1.3b', [24, 2048, 16], 512),
  gpt3('gpt3-6.7b', [32, 4096, 32], 1024),
  llama('llama3-8b', [32, 4096, 32], 14_336, 128),
  gpt3('gpt3-13b', [40, 5120, 40], 1024),
  megatron('megatron-22b', [48, 6144, 64], 4),
  llama('llama3-70b', [80, 8192, 64], 28_672, 128),
  gpt3('gpt3-175b', [96, 12_288, 96], 1536),
  megatron('megatron-175b', [96, 12_288, 96], 64),
  llama('llama3-405b', [126, 16_384, 128], 53_248, 512),
  megatron('megatron-530b', [105, 20_480, 128], 280),
  ofTransformer(
    'mt-nlg',
    'MT-NLG, 530 billion parameters (Smith et al. 2022)',
    1920,
    megatronShape([105, 20_480, 128]),
  ),
  megatron('megatron-1t', [128, 25_600, 160], 512),
  ofTransformer('trillion', 'a job of 1 trillion parameters', 3072, megatronShape([128, 25_600, 160])),
];

/** The preset of that name; throws `HillockError` kind `usage` when there is none. */
export function presetNamed(name: string): Preset {
  const found = presets.find(one => one.name === name);
  if (found) return found;
  const names = presets.map(one => one.name);
  const near = didYouMean(name, names);
  throw new HillockError(
    'usage',
    `there is no preset and no file or run '${name}'`,
    near ? `did you mean ${near}?` : `the presets are ${names.join(', ')}`,
  );
}
