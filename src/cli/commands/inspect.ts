import { HillockError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { flag, integer, required, text, withDefault } from '../parameters.ts';

/** `hillock inspect`: what a trained network is, and how it comes to its answers. */
export const inspect = defineCommand({
  details:
    'Without options: what the columns become, the layers, the metrics, the health of the neurons and the importance of ' +
    'the columns. With --row: the prediction for that row of the data. With --layer and --neuron too: every input, ' +
    'weight and product of that neuron, the sum, z and ŷ. Rows, layers, neurons and members count from 1.',
  arguments: {
    run: required(text('RUN', 'the folder of a run, or a model.onnx')),
  },
  options: {
    row: integer('N', 'the row to look at: data row of the source (of images: training images first)', { min: 1 }),
    layer: text('L', 'the layer to look into: its name, such as dense1, or its number'),
    neuron: integer('K', 'the neuron of that layer to write out; without it all neurons of the layer are listed', {
      min: 1,
    }),
    member: integer('M', 'the network of an ensemble to look into (default: 1)', { min: 1 }),
    source: text('SOURCE', 'the data to look with (default: what the run was trained on)'),
    sample: withDefault(integer('N', 'rows looked at for health and importance, at most', { min: 2 }), 2000),
    all: flag('show every line of long tables'),
  },
  examples: [
    { line: 'hillock inspect runs/titanic', shows: 'the model, its health and the importance of its columns' },
    { line: 'hillock inspect runs/titanic --row 1', shows: 'the prediction for the first row' },
    {
      line: 'hillock inspect runs/titanic --row 1 --layer dense1 --neuron 3',
      shows: 'how the third neuron of the first layer comes to its output',
    },
  ],
  async run({ args, options, out }) {
    const { row, layer, neuron, member } = options;
    if (layer === undefined && (neuron !== undefined || member !== undefined)) {
      throw new HillockError(
        'usage',
        `--${neuron === undefined ? 'member' : 'neuron'} needs a layer`,
        'add --layer, for example --layer dense1',
      );
    }
    const { openRun } = await import('./inspect-run.ts');
    const { inspectLayer, inspectModel, inspectNeuron, inspectRow } = await import('./inspect-model.ts');
    const { modelText, rowText } = await import('./inspect-text.ts');
    const { layerText, neuronText } = await import('./inspect-neuron-text.ts');
    const look = { all: options.all, terminal: out.stdout };
    const opened = await openRun(args.run, options.source, out);
    try {
      if (layer !== undefined && neuron !== undefined) {
        const found = await inspectNeuron(opened, { row: row ?? 1, layer, neuron, member });
        out.result(found, () => neuronText(found, look));
      } else if (layer !== undefined) {
        const found = await inspectLayer(opened, { row: row ?? 1, layer, member });
        out.result(found, () => layerText(found, look));
      } else if (row !== undefined) {
        const { image, ...found } = await inspectRow(opened, row);
        out.result(found, () => rowText(found, image, look));
      } else {
        const found = await inspectModel(opened, options.sample, out);
        out.result(found, () => modelText(found, look));
      }
    } finally {
      await opened.close();
    }
    return undefined;
  },
});
