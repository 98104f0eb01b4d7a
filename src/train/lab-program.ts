/** One step of training that shows all its numbers, and the network on some rows, as ONNX programs. */
import { grad } from '../grad.ts';
import { type Graph, input, type Value } from '../graph/index.ts';
import { forward, inference, losses, type Parameter, type PlacedLayer, parametersOf } from '../nn/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { abs, add, identity, mul, reduceSum, reshape, sigmoid, softmax, zeros } from '../ops/index.ts';
import { type OptimizerName, type OptimizerOptions, optimizerOptions, optimizers } from '../optim/index.ts';
import { type TaskName, tasks } from './task.ts';

/** What a network of the laboratory can be asked for; its last layer makes logits, or the number itself. */
export type LabTask = Extract<TaskName, 'binary' | 'multiclass' | 'regression'>;

const outputOf: Readonly<Record<LabTask, (z: Value) => Value>> = {
  binary: sigmoid,
  multiclass: softmax,
  regression: identity,
};

/** What a step's program is made for; another of any of these is another program. */
export interface LabRecipe {
  readonly task: LabTask;
  readonly inputs: number;
  /** Rows that a step can take; fewer by weights of 0. */
  readonly batch: number;
  readonly optimizer: OptimizerName;
  /** Factor on Σ w² / 2 by weight decay; only whether it is above 0 matters to the program. */
  readonly l2: number;
  /** Factor on Σ |w|; only whether it is above 0 matters to the program. */
  readonly l1: number;
}

export interface LabStepProgram {
  readonly model: Uint8Array;
  readonly parameters: readonly Parameter[];
  /** Arrays of the optimiser, all starting at 0. */
  readonly slots: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly scalars: readonly string[];
  readonly settings: OptimizerOptions;
}

/**
 * x [batch, inputs], y [batch, outputs] (classes one-hot), share [batch, 1], parameters p, slots s → `losses` [batch, 1] of each row, `d p` gradients of
 * Σ share · loss (with the penalty of l1), `p'` and `s'` after the update.
 */
export function labStepProgram(recipe: LabRecipe, layers: readonly PlacedLayer[]): LabStepProgram {
  const optimizer = optimizers[recipe.optimizer];
  const settings = optimizerOptions(recipe.optimizer, { weightDecay: recipe.l2 });
  const parameters = parametersOf(layers);
  const slots = parameters.flatMap(({ name, shape }) =>
    optimizer.slots.map(slot => ({ name: `${name}:${slot}`, shape })),
  );
  const scalars = Object.keys(optimizer.scalars(1, 1, 1, settings));
  const x = input('x', [recipe.batch, recipe.inputs]);
  const y = input('y', [recipe.batch, layers.at(-1)!.outputShape[0] as number]);
  const share = input('share', [recipe.batch, 1]);
  const penalty = recipe.l1 > 0 ? input('l1', []) : undefined;
  const scalarInputs = Object.fromEntries(scalars.map(name => [name, input(`scalar_${name}`, [])]));
  const values = new Map(parameters.map(({ name, shape }) => [name, input(name, shape)]));
  const kept = new Map(slots.map(({ name, shape }) => [name, input(name, shape)]));

  const built = forward(layers, x, values, inference);
  const perRow = losses[tasks[recipe.task].loss].build(built.y, y, 0);
  const total = reshape(reduceSum(mul(perRow, share), [0, 1]), []);
  const size = (weights: Value): Value => reshape(reduceSum(abs(weights), [...weights.type.shape.keys()]), []);
  const penalised = penalty
    ? parameters
        .filter(({ role }) => role === 'weight')
        .reduce((sum, { name }) => add(sum, mul(penalty, size(values.get(name)!))), total)
    : total;
  const found = grad(
    penalised,
    parameters.map(({ name }) => values.get(name)!),
  );
  const gradients = parameters.map(({ shape }, i) => found[i] ?? zeros({ dtype: 'float32', shape }));
  const after: Value[] = [];
  const keptAfter: Value[] = [];
  parameters.forEach(({ name, role }, i) => {
    const own = optimizer.slots.map(slot => kept.get(`${name}:${slot}`)!);
    const context = { scalars: scalarInputs, decays: role === 'weight', options: settings };
    const update = optimizer.update(values.get(name)!, gradients[i]!, own, context);
    after.push(update.parameter);
    keptAfter.push(...update.slots);
  });
  const graph: Graph = {
    inputs: [
      x,
      y,
      share,
      ...(penalty ? [penalty] : []),
      ...Object.values(scalarInputs),
      ...values.values(),
      ...kept.values(),
    ],
    outputs: [perRow, ...gradients, ...after, ...keptAfter],
  };
  const names = parameters.map(({ name }) => name);
  const outputs = [
    'losses',
    ...names.map(name => `d ${name}`),
    ...names.map(name => `${name}'`),
    ...slots.map(({ name }) => `${name}'`),
  ];
  return { model: encodeModel(graph, { outputs, name: 'step' }), parameters, slots, scalars, settings };
}

/** x [N, inputs] and the parameters → `z` and `y` of the last layer alone, `y` after sigmoid or softmax of classes. */
export function labAnswerProgram({ task, inputs }: LabRecipe, layers: readonly PlacedLayer[]): Uint8Array {
  const x = input('x', ['N', inputs]);
  const values = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  const { y } = forward(layers, x, values, inference);
  return encodeModel(
    { inputs: [x, ...values.values()], outputs: [identity(y), identity(outputOf[task](y))] },
    { outputs: ['z', 'y'], name: 'answer' },
  );
}

/** x [N, inputs] and the parameters → of each layer `z NAME` and `y NAME`; the last `y` is the answer, after sigmoid or softmax of classes. */
export function labLookProgram({ task, inputs }: LabRecipe, layers: readonly PlacedLayer[]): Uint8Array {
  const x = input('x', ['N', inputs]);
  const values = new Map(parametersOf(layers).map(({ name, shape }) => [name, input(name, shape)]));
  const built = forward(layers, x, values, inference);
  const outputs = built.layers.flatMap(({ name, z, y }, i) => {
    const answer = i === built.layers.length - 1 ? outputOf[task](y) : y;
    return [
      { name: `z ${name}`, value: identity(z ?? y) },
      { name: `y ${name}`, value: identity(answer) },
    ];
  });
  return encodeModel(
    { inputs: [x, ...values.values()], outputs: outputs.map(({ value }) => value) },
    { outputs: outputs.map(({ name }) => name), name: 'look' },
  );
}
