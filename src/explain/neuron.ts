/** The worked calculation of any neuron of a trained network. */
import { HillockError } from '../errors.ts';
import { floats } from '../graph/index.ts';
import { activation, type Firing, type NeuronSpec, neuron as neuronOf, type Term } from '../neuron/index.ts';
import { checkCounted, type DenseLayer, findDense, inputNames, outputNames } from './layers.ts';
import { type Subject, type Trace, valuesAt } from './trace.ts';

/** Which neuron, at work on which row. */
export interface NeuronChoice {
  /** Name such as `dense1`, or position counted from 1. */
  readonly layer: string | number;
  /** Counted from 1, as in the name `dense1[3]`. */
  readonly neuron: number;
  /** One of the traced rows, as an index into its table; the first traced row unless told. */
  readonly row?: number | undefined;
  /** Network of an ensemble, counted from 1; the first unless told. */
  readonly member?: number | undefined;
}

/** A synapse at work, with the name of what it carries. */
export interface NamedTerm extends Term {
  readonly name: string;
}

/** The calculation done by hand in double precision, beside what the network computed in float32. */
export interface NeuronExplanation extends Firing {
  readonly layer: string;
  /** Counted from 1. */
  readonly neuron: number;
  readonly name: string;
  readonly member: number;
  readonly members: number;
  /** Index into the table. */
  readonly row: number;
  /** The neuron itself: the weights of the synapses that exist, its bias, its activation. */
  readonly spec: NeuronSpec;
  readonly terms: readonly NamedTerm[];
  /** Synapses that the layer's mask leaves out. */
  readonly absent: number;
  readonly network: { readonly z: number; readonly y: number };
  /** By hand − network; float32 rounding leaves about 1e-7 of the largest product. */
  readonly difference: { readonly z: number; readonly y: number };
}

/** Writes out what one neuron computed for one traced row; throws `HillockError` kind `usage` that names what there is. */
export function explainNeuron(trace: Trace, choice: NeuronChoice): NeuronExplanation {
  const { subject } = trace;
  const { neuron, row = trace.rows[0] ?? 0, member = 1 } = choice;
  const layer = findDense(subject.layers, choice.layer);
  checkCounted('neuron', layer.name, neuron, layer.spec.units);
  checkCounted('member', 'this network', member, subject.members);
  const position = trace.rows.indexOf(row);
  if (position < 0) throw new HillockError('usage', `row ${row + 1} was not traced`, 'trace it first');
  const { x, z, y } = trace.layers[subject.layers.indexOf(layer)]!;
  const inputs = valuesAt(trace, x, position, member - 1);
  const synapses = synapsesOf(layer, neuron);
  const spec = neuronSpec(subject, layer, neuron, member, synapses);
  const fired = fire(
    spec,
    synapses.map(i => inputs[i]!),
  );
  const names = inputNames(subject, layer);
  const network = {
    z: valuesAt(trace, z!, position, member - 1)[neuron - 1]!,
    y: valuesAt(trace, y, position, member - 1)[neuron - 1]!,
  };
  return {
    layer: layer.name,
    neuron,
    name: outputNames(layer)[neuron - 1]!,
    member,
    members: subject.members,
    row,
    spec,
    ...fired,
    terms: fired.terms.map((term, i) => ({ name: names[synapses[i]!]!, ...term })),
    absent: inputs.length - synapses.length,
    network,
    difference: { z: fired.z - network.z, y: fired.y - network.y },
  };
}

/** Positions of the inputs that reach a neuron (counted from 1). */
function synapsesOf({ spec, inputShape }: DenseLayer, neuron: number): readonly number[] {
  const all = Array.from({ length: inputShape[0]! }, (_, i) => i);
  return spec.mask ? all.filter(i => spec.mask![i]![neuron - 1] === 1) : all;
}

function neuronSpec(
  { parameters }: Subject,
  { name, spec, inputShape }: DenseLayer,
  neuron: number,
  member: number,
  synapses: readonly number[],
): NeuronSpec {
  const { units } = spec;
  const weight = floats(parameters.get(`${name}.weight`));
  const first = (member - 1) * inputShape[0]! * units + neuron - 1;
  return {
    weights: synapses.map(i => weight[first + i * units]!),
    bias: spec.bias ? floats(parameters.get(`${name}.bias`))[(member - 1) * units + neuron - 1]! : undefined,
    activation: spec.activation,
  };
}

/** Fires the neuron; one that no synapse reaches gives f(bias). */
function fire(spec: NeuronSpec, x: readonly number[]): Firing {
  if (x.length > 0) return neuronOf(spec).fire(x);
  const z = spec.bias ?? 0;
  return { terms: [], sum: 0, bias: spec.bias, z, y: activation(spec.activation).output(z) };
}
