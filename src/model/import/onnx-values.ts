/** What a model knows before it runs. */
import type { ForeignNode, ForeignProgram, ForeignTensor } from '../../onnx/index.ts';
import { numberTypes } from './arrays.ts';

/** TensorProto.DataType of the numbers that are read. */
export const types: Readonly<Record<number, (typeof numberTypes)[keyof typeof numberTypes]>> = {
  1: numberTypes.float32,
  10: numberTypes.float16,
  11: numberTypes.float64,
  16: numberTypes.bfloat16,
};

interface Stored {
  readonly tensor: ForeignTensor;
  readonly turns: boolean;
}

/** Values by their names. */
export interface KnownValues {
  /** Held by the file: tensors, and what Constant, Identity, Transpose of a matrix and a Cast without loss pass on. */
  readonly stored: ReadonlyMap<string, Stored>;
  /** Made of those alone by other operators, with the operator. */
  readonly computed: ReadonlyMap<string, string>;
}

/** Whether a Cast keeps what is left of numbers as float32. */
const keepsAll = ({ attributes }: ForeignNode, { dataType }: ForeignTensor): boolean => {
  const to = types[Number(attributes.get('to'))];
  const from = types[dataType];
  return from !== undefined && (to === numberTypes.float32 || to === numberTypes.float64 || to === from);
};

function passedOn(node: ForeignNode, from: Stored | undefined): Stored | undefined {
  const value = node.attributes.get('value');
  if (node.opType === 'Constant' && typeof value === 'object' && 'dataType' in value)
    return { tensor: value, turns: false };
  if (!from) return undefined;
  if (node.opType === 'Identity' || (node.opType === 'Cast' && keepsAll(node, from.tensor))) return from;
  return node.opType === 'Transpose' && from.tensor.shape.length === 2 ? { ...from, turns: !from.turns } : undefined;
}

export function knownValues({ nodes, tensors }: ForeignProgram): KnownValues {
  const stored = new Map<string, Stored>([...tensors].map(([name, tensor]) => [name, { tensor, turns: false }]));
  const computed = new Map<string, string>();
  for (const node of nodes) {
    const given = node.inputs.filter(name => name !== '');
    const found = passedOn(node, stored.get(node.inputs[0] ?? ''));
    const fixed = given.length > 0 && given.every(name => stored.has(name) || computed.has(name));
    for (const to of node.outputs) {
      if (found) stored.set(to, found);
      else if (fixed) computed.set(to, node.opType);
    }
  }
  return { stored, computed };
}
