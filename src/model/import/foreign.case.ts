/** Models of ONNX as other programs write them, byte for byte by hand. */
import { ModelProto } from '../../onnx/schema.ts';
import { encodeMessage, type Fields } from '../../onnx/wire.ts';

/** A node, named after its operator: operator, inputs, output, attributes. */
export type NodeLine = readonly [
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes?: readonly Fields[],
];

/** A tensor of float32: 1/8, 2/8, … unless told. */
export function tensor(name: string, dims: readonly number[], values?: readonly number[]): Fields {
  const size = dims.reduce((a, b) => a * b, 1);
  const numbers = values ?? Array.from({ length: size }, (_, i) => (i + 1) / 8);
  return { name, dataType: 1, dims, rawData: new Uint8Array(Float32Array.from(numbers).buffer) };
}

/** A tensor of float16 by the bits of its numbers. */
export const halves = (name: string, bits: readonly number[]): Fields => ({
  name,
  dataType: 10,
  dims: [bits.length],
  rawData: new Uint8Array(Uint16Array.from(bits).buffer),
});

/** Attributes of whole numbers. */
export const whole = (name: string, i: number): readonly Fields[] => [{ name, type: 2, i }];
export const word = (name: string, text: string): readonly Fields[] => [
  { name, type: 3, s: new TextEncoder().encode(text) },
];
export const words = (name: string, texts: readonly string[]): readonly Fields[] => [
  { name, type: 8, strings: texts.map(text => new TextEncoder().encode(text)) },
];

export const foreignModel = (nodes: readonly NodeLine[], initializer: readonly Fields[]): Uint8Array =>
  encodeMessage(ModelProto, {
    irVersion: 8,
    graph: {
      initializer,
      node: nodes.map(([opType, input, output, attribute = []]) => ({
        opType,
        name: `/${opType.toLowerCase()}`,
        input,
        output: [output],
        attribute,
      })),
    },
  });

/** The description of layers on rows of so many numbers. */
export const described = (layers: readonly object[], columns: number): string =>
  JSON.stringify({
    input: { columns: Array.from({ length: columns }, (_, i) => `x${i}`) },
    layers,
    target: { name: 'y' },
  });
