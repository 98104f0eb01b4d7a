/** A network as a job: what the records of its layers say about parameters, multiply-adds and outputs. */
import { sizeOf } from '../graph/index.ts';
import {
  everyLayer,
  kindOf,
  type NetworkSpec,
  type PlacedLayer,
  parameterCount,
  place,
  withFlatten,
} from '../nn/index.ts';
import { type Job, type JobLayer, nothing, type Split, type Touch, type Work } from './job.ts';

/**
 * The job of training a network on rows of a shape (of an image [channels, height, width]), one layer of the job for each
 * outermost layer. What a layer puts out is kept for the backward phase, as each record's output shape tells; two dense
 * layers in a row are what tensor parallelism divides, the first by columns, the second by rows (Shoeybi et al. 2019).
 * Throws `HillockError` kind `usage` where a layer cannot take what it gets.
 */
export function networkJob(name: string, spec: NetworkSpec, inputShape: readonly number[]): Job {
  const members = spec.members ?? 1;
  const layers = place(withFlatten(spec, inputShape), inputShape);
  const splits = splitsOf(layers);
  const divided = layers.filter((_, i) => splits[i] === 'columns');
  return {
    name,
    unit: 'sample',
    // Numbers in float32 and a target of 8 bytes, as PyTorch takes them.
    sampleBytes: 4 * sizeOf(inputShape) + 8,
    layers: layers.map((layer, i) => ({
      ...jobLayer(layer, splits[i]!, members),
      again: i < layers.length - 1,
    })),
    divisors: divided.map(({ outputShape }) => outputShape.at(-1)!),
    sequenceParallel: false,
  };
}

/** How each layer is divided: two layers of neurons with nothing trained between them make a pair. */
function splitsOf(layers: readonly PlacedLayer[]): readonly Split[] {
  const splits = layers.map((): Split => 'none');
  let first: number | undefined;
  layers.forEach((layer, i) => {
    if (everyLayer([layer]).every(({ parameters }) => parameters.length === 0)) return;
    if (!kindOf(layer.spec).neurons) first = undefined;
    else if (first === undefined) first = i;
    else {
      splits[first] = 'columns';
      splits[i] = 'rows';
      first = undefined;
    }
  });
  return splits;
}

function jobLayer(layer: PlacedLayer, split: Split, members: number): Omit<JobLayer, 'again'> {
  const all = everyLayer([layer]);
  const [input, output] = [sizeOf(layer.inputShape), sizeOf(layer.outputShape)];
  const biases = all.reduce((sum, one) => sum + countOf(one, 'bias'), 0);
  const weights = all.reduce((sum, one) => sum + countOf(one, 'weight'), 0);
  const works = all.map(one => workOf(one, split, members));
  return {
    name: layer.name,
    repeat: 1,
    weights,
    biases,
    split: split === 'columns' ? weights + biases : split === 'rows' ? weights : 0,
    work: {
      products: works.flatMap(({ products }) => products),
      passes: works.flatMap(({ passes }) => passes),
      kept: {
        whole: total(works.map(({ kept }) => kept.whole)),
        split: total(works.map(({ kept }) => kept.split)),
      },
    },
    input: members * input,
    output: members * output,
    summed: {
      numbers: members * (split === 'columns' ? input : output),
      forward: split === 'rows' ? 1 : 0,
      backward: split === 'columns' ? 1 : 0,
    },
  };
}

const total = (touches: readonly Touch[]): Touch =>
  touches.reduce((sum, { numbers, bytes }) => ({ numbers: sum.numbers + numbers, bytes: sum.bytes + bytes }), nothing);

/** Trained numbers of a layer by itself, of one role. */
const countOf = (layer: PlacedLayer, role: 'weight' | 'bias'): number =>
  parameterCount([{ ...layer, nested: [], parameters: layer.parameters.filter(one => one.role === role) }]);

function workOf(layer: PlacedLayer, split: Split, members: number): Work {
  const kind = kindOf(layer.spec);
  const inputs = members * sizeOf(layer.inputShape);
  const outputs = members * sizeOf(layer.outputShape);
  const weights = countOf(layer, 'weight');
  const kept = { numbers: outputs, bytes: 0 };
  const product = {
    flops: 2 * members * layer.macs,
    inputs,
    outputs,
    weights,
    split,
    ...(kind.recurrence ? { sequential: layer.inputShape[0]! } : {}),
  };
  const moves = {
    elements: inputs + outputs,
    forward: { numbers: 1, bytes: 0 },
    backward: { numbers: 1.5, bytes: 0 },
    split: false,
  };
  const trained = weights > 0 && layer.macs > 0;
  return {
    products: trained ? [product] : [],
    passes: trained || kind.keepsInputs ? [] : [moves],
    kept: split === 'columns' ? { whole: nothing, split: kept } : { whole: kept, split: nothing },
  };
}
