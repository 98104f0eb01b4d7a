/** The state of a training as PyTorch's modules and optimisers hold it, and back. */
import { f32, sizeOf, type Tensor } from '../../graph/index.ts';
import { fromTorchState, modulePath, type StateArray, torchState } from '../../model/export/torch-state.ts';
import { everyLayer, type Parameter, type PlacedLayer, parametersOf } from '../../nn/index.ts';
import { type OptimizerName, type OptimizerOptions, optimizerOptions, optimizers } from '../../optim/index.ts';
import { carriedArrays, isFrozen, learns, type TrainingJob } from '../../train/index.ts';

/** What PyTorch calls an array that an optimiser keeps, and what ours is times to be theirs. */
interface TorchSlot {
  readonly name: string;
  readonly factor: (options: OptimizerOptions) => number;
}

const adam: Readonly<Record<string, TorchSlot>> = {
  mean: { name: 'exp_avg', factor: ({ beta1 }) => 1 - beta1 },
  square: { name: 'exp_avg_sq', factor: ({ beta2 }) => 1 - beta2 },
};

/** The arrays of every optimiser by our names; one that is not here does not compile. */
const slots: Readonly<Record<OptimizerName, Readonly<Record<string, TorchSlot>>>> = {
  sgd: {},
  momentum: { velocity: { name: 'momentum_buffer', factor: () => 1 } },
  rmsprop: { square: { name: 'square_avg', factor: ({ beta2 }) => 1 - beta2 } },
  adam,
  adamw: adam,
};

interface Slot {
  readonly own: string;
  readonly theirs: string;
  readonly factor: number;
}

/** What the optimiser of a job keeps, by both names. */
export function slotsOf({ options: { optimizer, optimizerOptions: given } }: Pick<TrainingJob, 'options'>): Slot[] {
  const settings = optimizerOptions(optimizer, given);
  return optimizers[optimizer].slots.map(own => {
    const { name, factor } = slots[optimizer][own]!;
    return { own, theirs: name, factor: factor(settings) };
  });
}

type Job = Pick<TrainingJob, 'network' | 'frozen' | 'options'>;

/** A state_dict of one number for each parameter, 0 where PyTorch has an array that ours has no part in. */
const marked = (job: Job, layers: readonly PlacedLayer[], mark: (parameter: Parameter) => boolean) =>
  torchState(
    job.network,
    layers,
    new Map(
      parametersOf(layers).map((parameter): [string, Tensor] => {
        const ones = new Float32Array(sizeOf(parameter.shape)).fill(mark(parameter) ? 1 : 0);
        return [parameter.name, f32(ones, parameter.shape)];
      }),
    ),
  );

/** How PyTorch treats the arrays of a network. */
export interface Treatment {
  /** Arrays that no gradient moves. */
  readonly fixed: readonly string[];
  /** Arrays of which gradients move a part, by name: 1 where they do. */
  readonly masks: ReadonlyMap<string, StateArray>;
  /** Arrays that decay. */
  readonly decays: readonly string[];
  /** Modules that keep their statistics. */
  readonly frozen: readonly string[];
}

export function treatmentOf(job: Job, layers: readonly PlacedLayer[]): Treatment {
  const moved = [...marked(job, layers, parameter => learns(job, parameter))];
  const members = job.network.members ?? 1;
  const some = (data: Float32Array): boolean => data.some(value => value !== 0);
  const kept = everyLayer(layers).filter(({ name, parameters }) => parameters.length > 0 && isFrozen(job, name));
  return {
    fixed: moved.filter(([, { data }]) => !some(data)).map(([name]) => name),
    masks: new Map(moved.filter(([, { data }]) => some(data) && data.some(value => value === 0))),
    decays: [...marked(job, layers, ({ role }) => role === 'weight')]
      .filter(([, { data }]) => some(data))
      .map(([name]) => name),
    frozen: kept.flatMap(({ name }) => Array.from({ length: members }, (_, i) => modulePath(name, i, members))),
  };
}

const times = ({ shape, data }: StateArray, factor: number): StateArray => ({
  shape,
  data: factor === 1 ? data : data.map(value => value * factor),
});

/** Our arrays as `model/NAME` and those of the optimiser as `SLOT/NAME`. */
export function toTorchArrays(
  job: Job,
  layers: readonly PlacedLayer[],
  arrays: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<string, StateArray> {
  const parameters = parametersOf(layers);
  const state = (slot: string): ReadonlyMap<string, StateArray> =>
    torchState(
      job.network,
      layers,
      new Map(
        parameters.map(({ name, shape }) => [
          name,
          f32(arrays.get(`${name}${slot}`) ?? new Float32Array(sizeOf(shape)), shape),
        ]),
      ),
    );
  return new Map([
    ...[...state('')].map(([name, array]) => [`model/${name}`, array] as const),
    ...slotsOf(job).flatMap(({ own, theirs, factor }) =>
      [...state(`:${own}`)].map(([name, array]) => [`${theirs}/${name}`, times(array, factor)] as const),
    ),
  ]);
}

/** Our arrays out of theirs; those of the optimiser are left out where they have none. */
export function fromTorchArrays(
  job: Job,
  layers: readonly PlacedLayer[],
  arrays: ReadonlyMap<string, StateArray>,
): ReadonlyMap<string, Float32Array> {
  const zeros = marked(job, layers, () => false);
  const part = (prefix: string): ReadonlyMap<string, Float32Array> =>
    fromTorchState(
      job.network,
      layers,
      new Map([...zeros].map(([name, zero]) => [name, arrays.get(`${prefix}/${name}`) ?? zero])),
    );
  const own = new Map(part('model'));
  for (const { own: slot, theirs, factor } of slotsOf(job)) {
    if (![...arrays.keys()].some(name => name.startsWith(`${theirs}/`))) continue;
    for (const [name, data] of part(theirs)) own.set(`${name}:${slot}`, times({ shape: [], data }, 1 / factor).data);
  }
  const carried = new Set(carriedArrays(job, layers).map(({ name }) => name));
  return new Map([...own].filter(([name]) => carried.has(name)));
}
