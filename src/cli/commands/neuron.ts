import { HillockError } from '../../errors.ts';
import { activation, activationNames } from '../../neuron/activations.ts';
import type { Firing, LearningStep, Neuron } from '../../neuron/index.ts';
import { defineCommand } from '../command.ts';
import { choice, number, numbers, repeated, required, withDefault } from '../parameters.ts';

/** `hillock neuron`: one neuron's worked calculation. */
export const neuron = defineCommand({
  details:
    'Prints each product of an input and its weight, their sum, the bias, the pre-activation z and the post-activation ŷ, ' +
    'with the activation drawn and the point on it. Several --inputs make a matrix of rows. --target adds one learning step.',
  arguments: {},
  options: {
    weights: required(numbers('LIST', 'one weight per input, separated by commas')),
    inputs: repeated(required(numbers('LIST', 'the inputs, as many as there are weights'))),
    bias: number('B', 'the bias; without it the neuron has no bias term'),
    activation: withDefault(choice('NAME', activationNames, 'the activation function'), 'sigmoid'),
    threshold: number('T', 'the output above which the class is B (default: the middle of a bounded activation)'),
    target: number('Y', 'what the output should have been: writes out one learning step'),
    learningRate: number('RATE', 'the size of that step (default: 0.1, for step 1)'),
    loss: choice('NAME', ['squared-error', 'cross-entropy'], 'its loss (default: cross-entropy for sigmoid)'),
  },
  examples: [
    {
      line: 'hillock neuron --weights 0.2,0.00001 --inputs 4,80 --bias 1 --activation sigmoid',
      shows: 'a neuron that tells obese from not obese',
    },
    {
      line: 'hillock neuron --weights 0.5,-0.3 --inputs 0,0 --activation relu',
      shows: 'without a bias an all-zero input never fires',
    },
    {
      line: 'hillock neuron --weights 0.5,-0.3 --inputs 1.2,0.8 --bias 0.1 --target 1 --learning-rate 0.5',
      shows: 'one step of gradient descent',
    },
  ],
  async run({ options, out }) {
    const { classify, defaultThreshold, neuron: makeNeuron } = await import('../../neuron/index.ts');
    const { activationPlot, learningText, matrixText, workedText } = await import('./neuron-text.ts');
    const rows = options.inputs;
    const n = makeNeuron({ weights: options.weights, bias: options.bias, activation: options.activation });
    const fired = rows.length === 1 ? [n.fire(rows[0]!)] : n.fire(rows);
    const threshold = options.threshold ?? defaultThreshold(n.activation);
    const classes = rows.map(row => (threshold === undefined ? undefined : classify(n, row, { threshold }).class));
    const step = options.target === undefined ? undefined : await oneStep(n, rows, options.target, options);

    out.result(
      {
        activation: n.activation,
        weights: n.weights,
        ...(rows.length === 1 ? rowData(n, fired[0]!, classes[0]) : { bias: n.bias ?? null }),
        threshold: threshold ?? null,
        ...(rows.length > 1 && { rows: fired.map((firing, i) => rowData(n, firing, classes[i])) }),
        ...(step && { learning: stepData(step) }),
      },
      () => {
        const verdicts = { threshold, classes, names: ['A', 'B'] };
        const parts = [rows.length === 1 ? workedText(n, fired[0]!, verdicts) : matrixText(n, fired, verdicts)];
        if (rows.length === 1) parts.push(activationPlot(n, fired[0]!, out.stdout));
        if (step) parts.push(learningText(n, step));
        return parts.join('\n\n');
      },
    );
  },
});

async function oneStep(
  n: Neuron,
  rows: number[][],
  target: number,
  options: { learningRate: number | undefined; loss: 'squared-error' | 'cross-entropy' | undefined },
): Promise<LearningStep> {
  if (rows.length > 1) throw new HillockError('usage', '--target goes with one row of --inputs');
  const { learn } = await import('../../neuron/index.ts');
  const { learningRate, loss } = options;
  return learn(n, rows, [target], { epochs: 1, learningRate, loss }).steps[0]!;
}

function rowData(n: Neuron, { terms, sum, bias, z, y }: Firing, name: string | undefined): object {
  const { derivative } = activation(n.activation);
  return { terms, sum, bias: bias ?? null, z, y, slope: derivative ? derivative(z) : null, class: name ?? null };
}

function stepData({ target, error, loss, delta, gradients, before, after }: LearningStep): object {
  const plain = ({ weights, bias }: { weights: readonly number[]; bias: number | undefined }): object => {
    return { weights, bias: bias ?? null };
  };
  return { target, error, loss, delta, gradients: plain(gradients), before: plain(before), after: plain(after) };
}
