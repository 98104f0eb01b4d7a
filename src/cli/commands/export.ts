import { HillockError } from '../../errors.ts';
import { formatBytes } from '../../format.ts';
import { defineCommand, kebab } from '../command.ts';
import { choice, required, text, type Values } from '../parameters.ts';
import { checkMicroBatches, engineParameters } from './train-engine.ts';

/** Names spelled out, so that help does not load what they name. */
const formats = ['onnx', 'safetensors', 'torch', 'torch-job', 'typescript', 'javascript', 'json'] as const;

const { microBatches, nodes, nproc, precision, strategy } = engineParameters;

/** Where the training of a torch-job will run. */
const jobParameters = {
  nproc: { ...nproc, summary: 'with --to torch-job: processes of each machine, one a GPU (default: 1)' },
  nodes: { ...nodes, summary: 'with --to torch-job: machines (default: 1)' },
  strategy: { ...strategy, summary: 'with --to torch-job: what is divided (default: ddp)' },
  microBatches,
  precision: { ...precision, summary: 'with --to torch-job: numbers that products are made of (default: fp32)' },
  device: choice('NAME', ['cpu', 'cuda'], 'with --to torch-job: what it trains on (default: GPUs where there are any)'),
};

function refuseJobOptions(options: Values<typeof jobParameters>): void {
  const alone = (Object.keys(jobParameters) as (keyof typeof jobParameters)[]).find(
    name => options[name] !== undefined,
  );
  if (alone !== undefined) throw new HillockError('usage', `--${kebab(alone)} is of a training`, 'add --to torch-job');
}

/** `hillock export`: a trained network for another program. */
export const exportCommand = defineCommand({
  details:
    'Writes a trained network in another form: onnx (the model file itself), safetensors (weights with the names and ' +
    'layouts of a PyTorch state_dict), torch (a readable PyTorch module with the preparation of the columns, and its ' +
    'weights), typescript or javascript (one file without dependencies for feed-forward networks), json. What a form ' +
    'cannot express is refused in words. torch-job is not the model but its training: a folder with data and programs for PyTorch ' +
    'distributed on a cluster (Slurm, Kubeflow, Ray, ssh). See docs/export.md.',
  arguments: {
    run: required(text('RUN', 'a run folder or a model.onnx')),
  },
  options: {
    to: required(choice('FORMAT', formats, 'the form')),
    out: text('PATH', 'the file, or a folder that exists (default: a file named after the run, here)'),
    ...jobParameters,
  },
  examples: [
    { line: 'hillock export runs/salary --to typescript --out salary.ts', shows: 'a file for any TypeScript project' },
    { line: 'hillock export runs/salary --to torch', shows: 'salary.py and salary.safetensors for PyTorch' },
    { line: 'hillock export runs/salary --to torch-job --nodes 2 --nproc 8', shows: 'its training, for a cluster' },
  ],
  async run({ args, options, out }) {
    const { basename, dirname, extname, join, resolve } = await import('node:path');
    const { readFile, stat } = await import('node:fs/promises');
    const { modelName, modelPath, readArtifact, writeWhole } = await import('../../model/index.ts');
    const { exportFormats } = await import('../../model/export/index.ts');
    if (options.to === 'torch-job') {
      const { device, microBatches, nodes = 1, nproc = 1, precision = 'fp32', strategy = 'ddp' } = options;
      checkMicroBatches(options);
      const name = modelName(args.run);
      const parts = microBatches === undefined ? {} : { microBatches };
      const job = { nodes, nproc, precision, strategy, device: device ?? 'auto', ...parts } as const;
      const { exportJob } = await import('./export-job.ts');
      await exportJob(args.run, options.out ?? `${name}-job`, name, job, out);
      return undefined;
    }
    refuseJobOptions(options);
    const format = exportFormats.find(({ format: name }) => name === options.to);
    if (!format) throw new HillockError('unexpected', `there is no format ${options.to}`);
    const artifact = await readArtifact(args.run);
    const files = format.write({ ...artifact, file: await readFile(await modelPath(args.run)) });
    const named = basename(resolve(args.run));
    const stem = named === 'model.onnx' ? basename(dirname(resolve(args.run))) : named.replace(/\.onnx$/, '');
    const asked = options.out ?? '.';
    const isFolder = (await stat(asked).catch(() => undefined))?.isDirectory() ?? false;
    const path = isFolder ? join(asked, stem) : asked;
    const bare = format.extensions.includes(extname(path)) ? path.slice(0, -extname(path).length) : path;
    const written = files.map(({ extension, data }) => {
      const own = files.length === 1 && !isFolder ? path : `${bare}${extension}`;
      return { path: own, bytes: typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength, data };
    });
    for (const { path: own, data } of written) await writeWhole(own, data);
    const listed = written.map(({ path: own, bytes }) => ({ path: own, bytes }));
    out.result({ run: args.run, format: format.format, files: listed }, () =>
      [...listed.map(file => `${file.path} (${formatBytes(file.bytes)})`), format.about].join('\n'),
    );
    return undefined;
  },
});
