import { HillockError } from '../../errors.ts';
import { formatCount } from '../../format.ts';
import { defineCommand } from '../command.ts';
import { required, text } from '../parameters.ts';

/** `hillock import`: a network of another program as a run. */
export const importCommand = defineCommand({
  details:
    'Makes a run folder of the weights of another program, which predict, evaluate, inspect, export and train --from ' +
    'read like any other. Weights are a PyTorch state_dict as safetensors, an ONNX model, or what hillock export wrote ' +
    '(then no description is needed). The description is JSON: what goes in, every layer, what the outputs mean; see ' +
    'docs/export.md. Names and shapes must fit; what is missing or left over is listed.',
  arguments: {
    file: required(text('FILE', 'weights.safetensors, model.onnx, or the JSON of hillock export')),
  },
  options: {
    spec: text('FILE', 'what the network is: {"input": …, "layers": […], "target": …}'),
    out: text('DIR', 'the run folder (default: runs/NAME)'),
  },
  examples: [
    {
      line: 'hillock import weights.safetensors --spec network.json --out runs/mine',
      shows: 'a network that PyTorch trained',
    },
    { line: 'hillock import salary.json', shows: 'what hillock export --to json wrote' },
  ],
  async run({ args, options, out }) {
    const { basename, join } = await import('node:path');
    const { existsSync } = await import('node:fs');
    const { readFile } = await import('node:fs/promises');
    const { importModel } = await import('../../model/import/index.ts');
    const { encodeArtifact, inputShapeOf, runFiles, writeWhole } = await import('../../model/index.ts');
    const { freshFolder } = await import('../../job/index.ts');
    const { version } = await import('../../version.ts');
    const { place, parameterCount } = await import('../../nn/index.ts');
    const read = (file: string, kind: 'usage' | 'model-file'): Promise<Uint8Array> =>
      readFile(file).then(
        ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
        (cause: unknown) => {
          throw new HillockError(kind, `there is no file ${file} that can be read`, undefined, { cause });
        },
      );
    const spec = options.spec === undefined ? undefined : await read(options.spec, 'usage');
    if (options.out !== undefined && existsSync(join(options.out, runFiles.model)))
      throw new HillockError('usage', `${options.out} already holds a run`, 'choose another folder with --out');
    const imported = importModel({
      source: args.file,
      bytes: await read(args.file, 'model-file'),
      spec: spec && { source: options.spec!, json: new TextDecoder().decode(spec) },
    });
    const { network, input, target } = imported.spec;
    const folder = options.out ?? (await freshFolder('runs', basename(args.file).replace(/\.\w+$/, '')));
    const origin = { hillock: version, created: new Date().toISOString(), source: args.file, notes: imported.notes };
    await writeWhole(join(folder, runFiles.model), encodeArtifact(imported.spec, imported.parameters));
    await writeWhole(join(folder, runFiles.imported), `${JSON.stringify(origin, null, 2)}\n`);
    const parameters = parameterCount(place(network, inputShapeOf(input)));
    const modules = Object.fromEntries(imported.modules);
    if (!out.json) for (const note of imported.notes) out.message(`note: ${note}`);
    const fields = { run: folder, source: args.file, task: target.task, target: target.name, parameters, modules };
    out.result({ ...fields, notes: imported.notes }, () =>
      [
        `${folder}: ${formatCount(parameters)} weights in ${network.layers.length} ${network.layers.length === 1 ? 'layer' : 'layers'}, ${target.task} of ${target.name}`,
        ...imported.modules
          .filter(([layer, module]) => layer !== module)
          .map(([layer, module]) => `  ${layer} = ${module}`),
        '',
        `  hillock predict ${folder} ${input.kind === 'images' ? 'PICTURE' : 'FILE'}`,
        `  hillock train DATA --target ${target.name} --from ${folder}`,
      ].join('\n'),
    );
    return undefined;
  },
});
