/** The weights of any ONNX model as a state_dict whose modules are called as the layers of the described network. */
import { HillockError } from '../../errors.ts';
import { everyLayer } from '../../nn/index.ts';
import { decodeProgram, type ForeignNode, type ForeignProgram } from '../../onnx/index.ts';
import { moduleName, type StateArray, turned } from '../export/torch-state.ts';
import { asFloat32, conversionNotes, type ReadArrays } from './arrays.ts';
import { holdingOps, nodeText } from './onnx-ops.ts';
import { type KnownValues, knownValues, types } from './onnx-values.ts';
import type { ImportSpec } from './spec.ts';

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

/** The biases that the next nodes add, one after another, to what a node makes. */
function addedTo(node: ForeignNode, nodes: readonly ForeignNode[], { stored, computed }: KnownValues): string[] {
  const [made] = node.outputs;
  const next = nodes.filter(({ inputs }) => inputs.includes(made!));
  if (next.length !== 1 || next[0]!.opType !== 'Add') return [];
  const other = next[0]!.inputs.find(name => name !== made);
  if (other === undefined) return [];
  const shape = stored.get(other)?.tensor.shape;
  if (!computed.has(other) && !(shape && shape.filter(size => size > 1).length <= 1)) return [];
  return [other, ...addedTo(next[0]!, nodes, { stored, computed })];
}

/**
 * The nodes of a model that hold weights, in their order, are the layers of the network that hold weights, in theirs. Throws
 * `HillockError` kind `model-file` where they are others.
 */
export function readOnnx(program: ForeignProgram, { layers }: ImportSpec, source: string): ReadArrays {
  const known = knownValues(program);
  const used = new Map<string, (typeof types)[number]>();
  const arrayOf = (name: string, what: string, node: ForeignNode): StateArray => {
    const found = known.stored.get(name);
    if (!found) throw notStored(source, node, what, known.computed.get(name));
    const { tensor, turns } = found;
    const type = types[tensor.dataType];
    if (!type) throw unreadable(source, name, `its numbers are of type ${tensor.dataType} of ONNX`);
    if (!tensor.bytes) throw unreadable(source, name, 'its numbers are not in this file');
    used.set(name, type);
    const array = asFloat32(name, type, tensor.shape, tensor.bytes, source);
    return turns ? turned(array) : array;
  };
  const makers = new Map(program.nodes.flatMap(({ opType, outputs }) => outputs.map(name => [name, opType])));
  const holding = program.nodes.filter(node => {
    const op = holdingOps[node.opType];
    const first = node.inputs[op?.first ?? 0] ?? '';
    if (!op || (op.after !== undefined && makers.get(node.inputs[0] ?? '') !== op.after)) return false;
    const made = known.computed.get(first);
    if (made !== undefined && op.after === undefined && !known.computed.has(node.outputs[0] ?? ''))
      throw notStored(source, node, op.weights[0]!, made);
    const weight = known.stored.get(first)?.tensor;
    return weight !== undefined && types[weight.dataType] !== undefined;
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
  const states: string[] = [];
  /** What is to know of the state that a recurrence starts from; ours starts from zeros. */
  const startNote = (node: ForeignNode, name: string, layer: string): string[] => {
    if (name === '') return [];
    if (!known.stored.has(name))
      return [`${layer} starts from zeros; in the file it starts from ${name}, which is made as the model runs`];
    if (arrayOf(name, 'state', node).data.every(value => value === 0)) return [];
    throw new HillockError(
      'model-file',
      `${source}: the node ${nodeText(node)} cannot be imported: it starts from a state that is not zero`,
      'export the model without initial states',
    );
  };
  holding.forEach((node, i) => {
    const op = holdingOps[node.opType]!;
    const wrong = op.differs?.(node, owners[i]!, makers.get(node.inputs[0] ?? '') === 'Pad');
    if (wrong) {
      throw new HillockError(
        'model-file',
        `${source} and the described network do not fit: ${owners[i]!.name} is the node ${nodeText(node)}, which has ${wrong}`,
        'describe the layer as the file has it',
      );
    }
    const weights = op.weights.map((what, k) => {
      const name = node.inputs[op.first + k] ?? '';
      return name === '' && k >= op.needed ? undefined : arrayOf(name, what, node);
    });
    const added = op.added ? addedTo(node, program.nodes, known).map(name => arrayOf(name, 'bias', node)) : [];
    if (op.states && node.inputs[4])
      states.push(`${owners[i]!.name} reads whole sequences; in the file ${node.inputs[4]} tells how long each is`);
    states.push(...(op.states ?? []).flatMap(k => startNote(node, node.inputs[k] ?? '', owners[i]!.name)));
    for (const [name, array] of Object.entries(op.toTorch({ node, weights, added })))
      arrays.set(`${moduleName(owners[i]!.name)}.${name}`, array);
  });
  return { arrays, metadata: program.metadata, notes: [...conversionNotes(used), ...states] };
}

const notStored = (source: string, node: ForeignNode, what: string, maker: string | undefined): HillockError =>
  new HillockError(
    'model-file',
    `${source}: the node ${nodeText(node)} cannot be imported: its ${what} is ${maker === undefined ? 'not stored in the file' : `made by ${maker} as the model runs`}`,
    'fold constants when the model is exported, such as torch.onnx.export(…, do_constant_folding=True), or with onnxsim',
  );

const unreadable = (source: string, name: string, what: string): HillockError =>
  new HillockError(
    'model-file',
    `${source}: the weights ${name} cannot be read: ${what}`,
    'save the model in one file, with weights of float32',
  );
