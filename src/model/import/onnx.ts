/** The weights of any ONNX model as a state_dict whose modules are called as the layers of the described network. */
import { HillockError } from '../../errors.ts';
import { everyLayer } from '../../nn/index.ts';
import { decodeProgram, type ForeignNode, type ForeignProgram, type ForeignTensor } from '../../onnx/index.ts';
import { moduleName, type StateArray } from '../export/torch-state.ts';
import { asFloat32, conversionNotes, numberTypes, type ReadArrays } from './arrays.ts';
import { holdingOps, turned } from './onnx-ops.ts';
import type { ImportSpec } from './spec.ts';

const types: Readonly<Record<number, (typeof numberTypes)[keyof typeof numberTypes]>> = {
  1: numberTypes.float32,
  10: numberTypes.float16,
  11: numberTypes.float64,
  16: numberTypes.bfloat16,
};

/** Decodes a model of another program; throws `HillockError` kind `model-file` for bytes that are none. */
export function readProgram(bytes: Uint8Array, source: string): ForeignProgram {
  try {
    return decodeProgram(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new HillockError(
      'model-file',
      `${source} is not an ONNX model: ${cause.message}`,
      'the file is damaged, cut short, or something else',
      { cause },
    );
  }
}

type Known = Map<string, { readonly tensor: ForeignTensor; readonly turns: boolean }>;

/** Names of values that are known before the model runs: stored, and passed on by Constant, Identity and Transpose. */
function knownValues({ nodes, tensors }: ForeignProgram): Known {
  const known: Known = new Map([...tensors].map(([name, tensor]) => [name, { tensor, turns: false }]));
  for (const { opType, inputs, outputs, attributes } of nodes) {
    const from = known.get(inputs[0] ?? '');
    const value = attributes.get('value');
    const [to] = outputs;
    if (to === undefined) continue;
    if (opType === 'Constant' && typeof value === 'object' && 'dataType' in value)
      known.set(to, { tensor: value, turns: false });
    else if (opType === 'Identity' && from) known.set(to, from);
    else if (opType === 'Transpose' && from?.tensor.shape.length === 2) known.set(to, { ...from, turns: !from.turns });
  }
  return known;
}

/** The bias that the next node adds to what a node makes. */
function addedTo({ outputs }: ForeignNode, nodes: readonly ForeignNode[], known: Known): string | undefined {
  const next = nodes.filter(({ inputs }) => inputs.includes(outputs[0]!));
  if (next.length !== 1 || next[0]!.opType !== 'Add') return undefined;
  const other = next[0]!.inputs.find(name => name !== outputs[0]);
  const shape = other === undefined ? undefined : known.get(other)?.tensor.shape;
  return shape && shape.filter(size => size > 1).length <= 1 ? other : undefined;
}

/**
 * The nodes of a model that hold weights, in their order, are the layers of the network that hold weights, in theirs. Throws
 * `HillockError` kind `model-file` where they are others.
 */
export function readOnnx(program: ForeignProgram, { layers }: ImportSpec, source: string): ReadArrays {
  const known = knownValues(program);
  const used = new Map<string, (typeof types)[number]>();
  const arrayOf = (name: string | undefined): StateArray | undefined => {
    const found = name === undefined || name === '' ? undefined : known.get(name);
    if (!found || name === undefined) return undefined;
    const { tensor, turns } = found;
    const type = types[tensor.dataType];
    if (!type) throw unreadable(source, name, `its numbers are of type ${tensor.dataType} of ONNX`);
    if (!tensor.bytes) throw unreadable(source, name, 'its numbers are not in this file');
    used.set(name, type);
    const array = asFloat32(name, type, tensor.shape, tensor.bytes, source);
    return turns ? turned(array) : array;
  };
  const makers = new Map(program.nodes.flatMap(({ opType, outputs }) => outputs.map(name => [name, opType])));
  const holding = program.nodes.filter(({ opType, inputs }) => {
    const op = holdingOps[opType];
    const weight = op && known.get(inputs[op.first] ?? '')?.tensor;
    const after = op?.after === undefined || makers.get(inputs[0] ?? '') === op.after;
    return after && weight !== undefined && types[weight.dataType] !== undefined;
  });
  const owners = everyLayer(layers).filter(({ parameters }) => parameters.length > 0);
  const fits =
    holding.length === owners.length &&
    owners.every(({ spec }, i) => holdingOps[holding[i]!.opType]!.kinds.includes(spec.kind));
  if (!fits) {
    throw new HillockError(
      'model-file',
      `${source} and the described network do not fit: the nodes with weights are ${holding.map(({ opType }) => opType).join(', ') || 'none'}; the layers with weights are ${owners.map(({ name }) => name).join(', ')}`,
      'describe the layers in the order of the file; PyTorch folds batch norms into convolutions when it exports for inference: then leave them out',
    );
  }
  const arrays = new Map<string, StateArray>();
  holding.forEach((node, i) => {
    const op = holdingOps[node.opType]!;
    const wrong = op.differs?.(node, owners[i]!, makers.get(node.inputs[0] ?? '') === 'Pad');
    if (wrong) {
      throw new HillockError(
        'model-file',
        `${source} and the described network do not fit: ${owners[i]!.name} is the node ${node.name || node.opType}, which has ${wrong}`,
        'describe the layer as the file has it',
      );
    }
    const weights = node.inputs.slice(op.first).map(arrayOf);
    const added = arrayOf(addedTo(node, program.nodes, known));
    for (const [name, array] of Object.entries(op.toTorch({ node, weights, added })))
      arrays.set(`${moduleName(owners[i]!.name)}.${name}`, array);
  });
  return { arrays, metadata: program.metadata, notes: conversionNotes(used) };
}

const unreadable = (source: string, name: string, what: string): HillockError =>
  new HillockError(
    'model-file',
    `${source}: the weights ${name} cannot be read: ${what}`,
    'save the model in one file, with weights of float32',
  );
