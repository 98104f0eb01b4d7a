import { HillockError } from '../../errors.ts';
import type { Cluster, Gpu, Job, Plan, PlanRow } from '../../plan/index.ts';
import { defineCommand, type Invocation } from '../command.ts';
import { choice, flag, integer, integers, number, required, text, withDefault } from '../parameters.ts';

/** Names spelled out, so that help does not load what they name. */
const precisionNames = ['fp32', 'tf32', 'bf16', 'fp16', 'bf16-short'] as const;
const optimizerNames = ['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'] as const;
const fabricNames = ['rail-optimized', 'ecmp'] as const;

const args = {
  job: required(text('JOB', 'a network as JSON, a run folder, or a preset such as neuron, resnet-50, gpt3-175b')),
};
const most = 1_000_000;
const options = {
  input: integers('SHAPE', 'numbers of one row of a network as JSON: 784, or channels,height,width', { min: 1 }),
  batch: integer('N', 'samples or sequences of a step, over all GPUs (default: that of the preset, or 128)', {
    min: 1,
    max: 1e9,
  }),
  precision: withDefault(choice('NAME', precisionNames, 'what numbers are kept and multiplied in'), 'fp32'),
  optimizer: withDefault(
    choice('NAME', optimizerNames, 'the optimiser, whose state is kept for each parameter'),
    'adam',
  ),
  gpu: withDefault(text('GPU', 'v100, a100, h100, h200, b200, b300, gb200, or a JSON file of one’s own'), 'h100'),
  gpus: withDefault(integer('N', 'GPUs of a node', { min: 1, max: 1024 }), 8),
  nodes: withDefault(integer('N', 'nodes', { min: 1, max: 65_536 }), 1),
  nic: number('GBITS', 'Gbit/s of a NIC of the backend network (default: what the GPU is usually sold with)', {
    min: 0.001,
    max: 1e6,
  }),
  nics: integer('N', 'NICs of a node (default: one for each GPU)', { min: 1, max: 1024 }),
  fabric: withDefault(choice('NAME', fabricNames, 'the switches between nodes'), 'rail-optimized'),
  tensor: integer('T', 'GPUs that divide each layer (default: every number is tried)', { min: 1, max: most }),
  pipeline: integer('P', 'stages (default: every number is tried)', { min: 1, max: most }),
  zero: integer('STAGE', 'what replicas divide: 0 nothing, 1 optimiser, 2 gradients, 3 parameters', { min: 0, max: 3 }),
  micro: integer('N', 'samples of a micro-batch (default: every number is tried)', { min: 1, max: most }),
  recompute: choice('WHAT', ['none', 'selective', 'full'], 'what is computed again instead of being kept'),
  svg: text('FILE', 'write a picture of GPUs, NVLink, NICs and switches with the traffic on each link'),
  all: flag('show every strategy'),
};

/** `hillock plan`: what a training job needs, and how to divide it over GPUs. */
export const planCommand = defineCommand({
  details:
    'A job is its parameters plus its input data. Prints bits and bytes term by term, what fits one GPU, every admissible way to ' +
    'divide the job (data, ZeRO-1 to 3, tensor, pipeline and their products) with memory, traffic on NVLink and on each NIC, ' +
    'expected step time, and the one to take. Nothing is run. How it reckons, and how far off it was: docs/scale.md.',
  arguments: args,
  options,
  examples: [
    { line: 'hillock plan neuron', shows: 'one neuron with four inputs: 128 + 32 = 160 bits' },
    {
      line: 'hillock plan gpt3-13b --precision bf16 --gpu h100 --nodes 4 --svg plan.svg',
      shows: 'what fits where, what travels where, what it costs in time, and a picture',
    },
    {
      line: 'hillock plan net.json --input 3,224,224 --batch 1024 --gpu a100 --nodes 2 --nic 200 --fabric ecmp',
      shows: 'a network of one’s own on two nodes',
    },
  ],
  async run(invocation) {
    const { args, options, out } = invocation;
    const { cluster, linksOf, plan } = await import('../../plan/index.ts');
    const { job, batch } = await jobOf(invocation);
    const where = cluster(await gpuOf(options.gpu), options);
    const found = plan(job, where, {
      batch: options.batch ?? batch,
      precision: options.precision,
      optimizer: options.optimizer,
      wishes: options,
    });
    if (options.svg !== undefined) await writePicture(options.svg, found);
    const { planText } = await import('./plan-text.ts');
    out.result(
      {
        job: args.job,
        ...fieldsOf(found),
        links: found.recommended && linksOf(found.recommended, where),
        svg: options.svg ?? null,
      },
      () => planText(found, { all: options.all, terminal: out.stdout }),
    );
    return undefined;
  },
});

type Planning = Pick<Invocation<typeof args, typeof options>, 'args' | 'options'>;

/** The job that is named: a preset, a run, a file; and its usual batch. */
async function jobOf({ args, options }: Planning): Promise<{ job: Job; batch: number }> {
  const { networkJob, presetNamed, presets } = await import('../../plan/index.ts');
  const { basename } = await import('node:path');
  const { stat } = await import('node:fs/promises');
  const usual = 128;
  if (/\.json$/i.test(args.job)) {
    const { readNetworkFile } = await import('./network-file.ts');
    const spec = await readNetworkFile(args.job, 'the job');
    if (!options.input)
      throw new HillockError(
        'usage',
        'what goes into the network? a file of layers does not say it',
        'add --input 784, or of images --input 3,224,224 (channels, height, width)',
      );
    return { job: networkJob(basename(args.job), spec, options.input), batch: usual };
  }
  if (options.input) throw new HillockError('usage', '--input goes with a network as JSON; this job says what goes in');
  const named = presets.some(({ name }) => name === args.job);
  if (!named && (await stat(args.job).catch(() => undefined))) {
    const { inputShapeOf, readArtifact } = await import('../../model/index.ts');
    const { spec } = await readArtifact(args.job);
    return { job: networkJob(basename(args.job), spec.network, inputShapeOf(spec.input)), batch: usual };
  }
  const preset = presetNamed(args.job);
  return { job: preset.job(), batch: preset.batch };
}

async function gpuOf(given: string): Promise<Gpu> {
  const { gpuNamed, parseGpu } = await import('../../plan/index.ts');
  if (!/\.json$/i.test(given)) return gpuNamed(given);
  const { readFile } = await import('node:fs/promises');
  const content = await readFile(given, 'utf8').catch((cause: unknown) => {
    throw new HillockError('usage', `--gpu: there is no file ${given} that can be read`, undefined, { cause });
  });
  return parseGpu(content, given);
}

async function writePicture(path: string, found: Plan): Promise<void> {
  const { planPicture } = await import('../../plan/index.ts');
  const { writeWhole } = await import('../../model/index.ts');
  await writeWhole(path, planPicture(found));
}

/** The plan as data. */
function fieldsOf({ job, cluster, batch, precision, optimizer, terms, rows, recommended, why, tried }: Plan): object {
  return {
    unit: job.unit,
    tokens: job.tokens ?? null,
    batch,
    precision,
    optimizer,
    cluster: clusterFields(cluster),
    terms,
    strategies: rows.map(row => rowFields(row, job)),
    recommended: recommended?.name ?? null,
    why,
    tried,
  };
}

const clusterFields = ({ gpu, fabric, ...rest }: Cluster): object => ({ ...rest, gpu: gpu.name, fabric: fabric.name });

function rowFields({ perSecond, ...row }: PlanRow, job: Job): object {
  return { ...row, perSecond, tokensPerSecond: job.tokens === undefined ? null : perSecond * job.tokens };
}
