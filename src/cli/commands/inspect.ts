import { HillockError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { flag, integer, integers, required, text, withDefault } from '../parameters.ts';

/** `hillock inspect`: what a trained network is, and how it comes to its answers. */
export const inspect = defineCommand({
  details:
    'Without options: what the columns become, the layers, the metrics, the health of the neurons and the importance of ' +
    'the columns. With --row: the prediction for that row of the data. With --layer and --neuron too: every input, ' +
    'weight and product of that neuron, the sum, z and ŷ. Of a convolution: its maps and kernels as PNG files and, with ' +
    '--filter, patch × kernel at one place written out. Of a recurrent layer: h of ' +
    'every unit over time and, with --neuron, its gates step by step. Rows, layers, neurons and members count from 1.',
  arguments: {
    run: required(text('RUN', 'the folder of a run, or a model.onnx')),
  },
  options: {
    row: integer(
      'N',
      'the row to look at: data row of the source (of images: training images first; of series: the window, the first of the first series is 1)',
      { min: 1 },
    ),
    layer: text('L', 'the layer to look into: its name, such as dense1, or its number'),
    neuron: integer('K', 'the neuron of that layer to write out; without it all neurons of the layer are listed', {
      min: 1,
    }),
    filter: integer('F', 'the filter of that layer to write out at one place of its map', { min: 1 }),
    at: integers(
      'PLACE',
      'row,column of that filter’s map (default: where it is strongest), or the time step of a recurrent unit',
      { min: 1 },
    ),
    member: integer('M', 'the network of an ensemble to look into (default: 1)', { min: 1 }),
    source: text('SOURCE', 'the data to look with (default: what the run was trained on)'),
    out: text('DIR', 'where pictures of maps and kernels are written (default: the folder inspect of the run)'),
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
    { line: 'hillock inspect runs/digits --row 7 --layer conv2d1', shows: 'the maps of a layer as pictures' },
    {
      line: 'hillock inspect runs/digits --row 7 --layer conv2d1 --filter 2 --at 10,12',
      shows: 'one output of a filter: patch × kernel + bias',
    },
    {
      line: 'hillock inspect runs/sales --row 1 --layer lstm1 --neuron 3 --at 12',
      shows: 'the gates of a recurrent unit at one time step',
    },
  ],
  async run({ args, options, out }) {
    const { row, layer, neuron, member, filter, at } = options;
    const [lonely] = Object.entries({ neuron, filter, member }).find(([, value]) => value !== undefined) ?? [];
    if (layer === undefined && lonely !== undefined)
      throw new HillockError('usage', `--${lonely} needs a layer`, 'add --layer, for example --layer dense1');
    if (at !== undefined && filter === undefined && neuron === undefined)
      throw new HillockError(
        'usage',
        '--at is a place of the map of a filter, or a step of a unit',
        'add --filter or --neuron',
      );
    if (neuron !== undefined && filter !== undefined)
      throw new HillockError('usage', '--neuron and --filter are two different things to write out', 'leave one out');
    const { openRun } = await import('../../job/open-run.ts');
    const { inspectLayer, inspectModel, inspectNeuron, inspectRow } = await import('../../job/inspect.ts');
    const { modelText, rowText } = await import('./inspect-text.ts');
    const { carriesState, inspectCell, inspectStates } = await import('./inspect-cell.ts');
    const { cellStepText, cellText, statesText } = await import('./inspect-cell-text.ts');
    const { inspectFilter, inspectMaps, makesMaps } = await import('./inspect-maps.ts');
    const { filterText, mapsText } = await import('./inspect-maps-text.ts');
    const { layerText, neuronText } = await import('./inspect-neuron-text.ts');
    const look = { all: options.all, terminal: out.stdout };
    const opened = await openRun(args.run, options.source, message => out.message(message));
    try {
      if (layer !== undefined && filter === undefined && carriesState(opened, layer)) {
        if (neuron === undefined) {
          const found = await inspectStates(opened, { row: row ?? 1, layer });
          out.result(found, () => statesText(found, look));
        } else {
          const found = await inspectCell(opened, { row: row ?? 1, layer, unit: neuron });
          const [step] = at ?? [];
          out.result(found, () => (step === undefined ? cellText(found, look) : cellStepText(found, step, look)));
        }
      } else if (layer !== undefined && neuron !== undefined) {
        const found = await inspectNeuron(opened, { row: row ?? 1, layer, neuron, member });
        out.result(found, () => neuronText(found, look));
      } else if (layer !== undefined && filter !== undefined) {
        const found = await inspectFilter(opened, { row: row ?? 1, layer, filter, at });
        out.result(found, () => filterText(found, look));
      } else if (layer !== undefined && makesMaps(opened, layer)) {
        const found = await inspectMaps(opened, { row: row ?? 1, layer, out: options.out });
        out.result(found, () => mapsText(found, look));
      } else if (layer !== undefined) {
        const found = await inspectLayer(opened, { row: row ?? 1, layer, member });
        out.result(found, () => layerText(found, look));
      } else if (row !== undefined) {
        const { image, ...found } = await inspectRow(opened, row);
        out.result(found, () => rowText(found, image, look));
      } else {
        const progress = out.progress('looking at rows');
        const found = await inspectModel(opened, options.sample);
        progress.end();
        out.result(found, () => modelText(found, look));
      }
    } finally {
      await opened.close();
    }
    return undefined;
  },
});
