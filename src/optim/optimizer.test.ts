/** Trajectories of every optimiser against PyTorch's, each step a program. */
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { f32, input, type Tensor, type Value } from '../graph/index.ts';
import { expectNear, type GoldenTensor, golden, goldenTensor, type Program, program } from '../nn/testing.case.ts';
import { add, gemm, matMul, mul, reduceMean, reduceSum, reshape, scale, sub, tanh, transpose } from '../ops/index.ts';
import {
  clipByNorm,
  type Optimizer,
  type OptimizerName,
  type OptimizerOptions,
  optimizerOptions,
  optimizers,
} from './index.ts';

interface Problem {
  readonly data: Readonly<Record<string, GoldenTensor>>;
  readonly parameters: Readonly<Record<string, GoldenTensor>>;
}

interface Trajectory {
  readonly problem: 'quadratic' | 'mlp';
  readonly optimizer: OptimizerName;
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly clip?: { readonly by: 'norm' | 'value'; readonly maximum: number };
  readonly rates?: readonly number[];
  readonly losses: readonly number[];
  readonly parameters: readonly Readonly<Record<string, GoldenTensor>>[];
}

const file = golden<{ quadratic: Problem; mlp: Problem; trajectories: Trajectory[] }>('optim');

/** Variants that PyTorch has and we do not. */
const offered = ({ options, clip, optimizer }: Trajectory): boolean =>
  !options.nesterov && !options.centered && !(optimizer === 'rmsprop' && options.momentum) && clip?.by !== 'value';
const trajectories = file.trajectories.filter(offered);

type Leaves = Readonly<Record<string, Value>>;

function quadratic(d: Leaves, { p }: Leaves): Value {
  const column = reshape(p!, [3, 1]);
  const row = transpose(column, [1, 0]);
  const square = scale(matMul(matMul(row, d.A!), column), 0.5);
  return reshape(sub(square, matMul(reshape(d.b!, [1, 3]), column)), []);
}

function mlp(d: Leaves, p: Leaves): Value {
  const error = sub(gemm(tanh(gemm(d.x!, p.w1!, p.b1!)), p.w2!, p.b2!), d.y!);
  return reshape(reduceMean(mul(error, error), [0, 1]), []);
}

const lossOf = { quadratic, mlp };

function optionsOf({ optimizer, options }: Trajectory): OptimizerOptions {
  const { momentum, beta1, beta2, alpha, eps, weightDecay } = options as Record<string, number | undefined>;
  const given = { momentum, beta1, beta2: beta2 ?? alpha, epsilon: eps, weightDecay: weightDecay ?? 0 };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return optimizerOptions(optimizer, Object.fromEntries(known) as Partial<OptimizerOptions>);
}

interface Step {
  readonly run: Program;
  readonly settings: OptimizerOptions;
  readonly state: Readonly<Record<string, Tensor>>;
}

/** One step as a program: data, state and scalars in; loss and new state out. */
async function stepOf(trajectory: Trajectory): Promise<Step> {
  const problem = file[trajectory.problem];
  const settings = optionsOf(trajectory);
  const optimizer: Optimizer = optimizers[trajectory.optimizer];
  const leavesOf = (tensors: Problem['data'], prefix = ''): Record<string, Value> =>
    Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, input(prefix + name, shape)]));
  const data = leavesOf(problem.data, 'data.');
  const leaves = leavesOf(problem.parameters);
  const names = Object.keys(leaves);
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(1, 1, 1, settings)).map(name => [name, input(`scalar ${name}`, [])]),
  );
  const slots = Object.fromEntries(
    names.flatMap(name =>
      optimizer.slots.map(slot => [`${name} ${slot}`, input(`${name} ${slot}`, leaves[name]!.type.shape)]),
    ),
  );
  const loss = lossOf[trajectory.problem](data, leaves);
  const found = grad(loss, Object.values(leaves)).map(g => g!);
  const gradients = trajectory.clip ? clipByNorm(found, trajectory.clip.maximum) : found;
  const outputs: Record<string, Value> = { loss };
  names.forEach((name, i) => {
    const kept = optimizer.slots.map(slot => slots[`${name} ${slot}`]!);
    const next = optimizer.update(leaves[name]!, gradients[i]!, kept, {
      scalars,
      decays: true,
      options: settings,
    });
    outputs[`new ${name}`] = next.parameter;
    optimizer.slots.forEach((slot, k) => {
      outputs[`new ${name} ${slot}`] = next.slots[k]!;
    });
  });
  const all = [...Object.values(data), ...Object.values(leaves), ...Object.values(slots), ...Object.values(scalars)];
  const run = await program(all, outputs);
  const zero = ({ type }: Value): Tensor => {
    const shape = type.shape as readonly number[];
    return f32(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  };
  return {
    settings,
    state: {
      ...Object.fromEntries(
        Object.entries(problem.data).map(([name, tensor]) => [`data.${name}`, goldenTensor(tensor)]),
      ),
      ...Object.fromEntries(Object.entries(problem.parameters).map(([name, tensor]) => [name, goldenTensor(tensor)])),
      ...Object.fromEntries(Object.entries(slots).map(([name, value]) => [name, zero(value)])),
    },
    run,
  };
}

const title = ({ problem, optimizer, options, clip, rates }: Trajectory): string =>
  `${optimizer} on ${problem} ${JSON.stringify(options)}${clip ? ` clipped at ${clip.maximum}` : ''}${rates ? ' with a schedule' : ''}`;

describe.each(trajectories.map(one => [title(one), one] as const))('%s', (_, trajectory) => {
  test('losses and parameters are those of PyTorch', async () => {
    const { run, settings, state } = await stepOf(trajectory);
    const optimizer: Optimizer = optimizers[trajectory.optimizer];
    const last = trajectory.losses.length - 1;
    let now = { ...state };
    for (const [t, loss] of trajectory.losses.entries()) {
      const rate = trajectory.rates?.[t] ?? (trajectory.options.lr as number);
      const scalars = optimizer.scalars(t + 1, rate, settings.weightDecay, settings);
      const feeds = Object.fromEntries(
        Object.entries(scalars).map(([name, value]) => [`scalar ${name}`, f32([value], [])]),
      );
      const made = await run({ ...now, ...feeds });
      expectNear(made.loss!, [loss], 1e-5);
      const wanted =
        trajectory.problem === 'quadratic'
          ? trajectory.parameters[t]
          : { 0: trajectory.parameters[0], [last]: trajectory.parameters[1] }[t];
      for (const [name, tensor] of Object.entries(wanted ?? {})) expectNear(made[`new ${name}`]!, tensor.data, 2e-5);
      now = Object.fromEntries(
        Object.entries(now).map(([name, tensor]) => [
          name,
          made[`new ${name}`] ? f32(made[`new ${name}`]!, tensor.shape) : tensor,
        ]),
      );
    }
  });
});

test('PyTorch has a trajectory of every optimiser, with and without weight decay', () => {
  const names = Object.keys(optimizers);
  expect(new Set(trajectories.map(({ optimizer }) => optimizer))).toEqual(new Set(names));
  for (const name of names)
    expect(trajectories.some(({ optimizer, options }) => optimizer === name && options.weightDecay)).toBe(true);
});

test('options that are not given are the defaults', () => {
  expect(optimizerOptions('adam')).toEqual({ momentum: 0.9, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
  expect(optimizerOptions('rmsprop').beta2).toBe(0.99);
  expect(optimizerOptions('adamw').weightDecay).toBe(0.01);
  expect(optimizerOptions('adamw', { weightDecay: 0 }).weightDecay).toBe(0);
});

test('a parameter that does not decay is left by the decay', async () => {
  const p = input('p', [1]);
  const g = input('g', [1]);
  const scalars = { lr: input('lr', []), decay: input('decay', []) };
  const options = optimizerOptions('sgd', { weightDecay: 0.5 });
  const updated = (decays: boolean): Value => optimizers.sgd.update(p, g, [], { scalars, decays, options }).parameter;
  const run = await program([p, g, scalars.lr, scalars.decay], {
    both: updated(true),
    plain: updated(false),
    sum: reduceSum(add(p, g), [0]),
  });
  const made = await run({ p: f32([2]), g: f32([3]), lr: f32([0.1], []), decay: f32([0.5], []) });
  expectNear(made.both!, [2 - 0.1 * (3 + 0.5 * 2)], 1e-6);
  expectNear(made.plain!, [2 - 0.1 * 3], 1e-6);
});
