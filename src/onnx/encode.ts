/** A graph to the bytes of an ONNX model. */
import {
  constantTensor,
  type Dim,
  type Graph,
  type Node,
  type OnnxAttribute,
  type Tensor,
  topological,
  type Value,
} from '../graph/index.ts';
import { dataTypes, ModelProto } from './schema.ts';
import { encodeMessage, type Fields } from './wire.ts';

export interface ModelOptions {
  /** Names of the outputs, in the order of `graph.outputs`. */
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** What each input or output means, by its name; kept as its documentation. */
  readonly documentation?: ReadonlyMap<string, string>;
}

const opset = 19;
const irVersion = 9;
const utf8 = new TextEncoder();

/** Serialises a graph: ai.onnx opset 19 (and ai.onnx.ml 3 where an op asks for it), IR version 9. */
export function encodeModel(graph: Graph, options: ModelOptions): Uint8Array {
  const context: Context = { domains: new Map([['', opset]]), documentation: options.documentation ?? new Map() };
  const body = graphFields(
    graph,
    graph.inputs.length,
    options.outputs,
    new Scope(),
    context,
    options.name ?? 'hillock',
  );
  return encodeMessage(ModelProto, {
    irVersion,
    producerName: 'hillock',
    graph: body,
    opsetImport: [...context.domains].map(([domain, version]) => ({ domain, version })),
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
  });
}

type Body = Extract<OnnxAttribute, { readonly graph: Graph }>;

interface Context {
  readonly domains: Map<string, number>;
  readonly documentation: ReadonlyMap<string, string>;
}

const versions: Readonly<Record<string, number>> = { 'ai.onnx.ml': 3, 'com.microsoft': 1 };

/** Names of values; a body's scope sees the names of the graph around it. */
class Scope {
  readonly names = new Map<Value, string>();
  /** Names in use, each with the number that was last put behind it. */
  private readonly used: Map<string, number>;
  private readonly outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.outer = outer;
    this.used = outer?.used ?? new Map();
  }

  find(value: Value): string | undefined {
    return this.names.get(value) ?? this.outer?.find(value);
  }

  /** Every value that has a name here. */
  known(): readonly Value[] {
    return [...(this.outer?.known() ?? []), ...this.names.keys()];
  }

  unique(wanted: string): string {
    let name = wanted;
    let n = this.used.get(wanted) ?? 0;
    while (this.used.has(name)) name = `${wanted}_${++n}`;
    this.used.set(wanted, n);
    this.used.set(name, this.used.get(name) ?? 0);
    return name;
  }

  /** The value's name, made from `wanted` where it has none yet. */
  name(value: Value, wanted: string): string {
    const known = this.find(value);
    if (known !== undefined) return known;
    const name = this.unique(wanted);
    this.names.set(value, name);
    return name;
  }
}

/**
 * `declared` of the graph's inputs are its own; the others have names already. Without names for them, outputs are
 * called as they are.
 */
function graphFields(
  graph: Graph,
  declared: number,
  outputNames: readonly string[] | null,
  scope: Scope,
  context: Context,
  graphName: string,
): Fields {
  const nodes: Fields[] = [];
  const initializer: Fields[] = [];
  const doc = (name: string) => context.documentation.get(name);
  const input = graph.inputs
    .slice(0, declared)
    .map(value => valueInfo(scope.name(value, value.name ?? 'input'), value, doc));
  const addConstant = (tensor: Tensor, wanted: string): string => {
    const name = scope.unique(wanted);
    initializer.push(tensorFields(tensor, name));
    return name;
  };
  const wantedNames = new Map<Value, string>();
  outputNames?.forEach((name, i) => {
    const value = graph.outputs[i]!;
    if (!value.node.op.leaf && !wantedNames.has(value)) wantedNames.set(value, name);
  });
  const order = topological(graph.outputs, new Set([...graph.inputs, ...scope.known()]));
  const whereTo = destinations(order, wantedNames);
  for (const node of order) {
    const tensor = constantTensor(node.outputs[0]!);
    const place = whereTo.get(node);
    if (tensor) {
      const wanted = node.outputs[0]!.name ?? within(place, 'constant');
      scope.names.set(node.outputs[0]!, addConstant(tensor, wanted));
    } else if (!node.op.leaf) {
      nodes.push(nodeFields(node, scope, context, addConstant, wantedNames, place));
    } else if (scope.find(node.outputs[0]!) === undefined) {
      throw new TypeError(`input ${node.outputs[0]!.name} is used but is not among the graph's inputs`);
    }
  }
  const given = new Set<string>();
  const output = graph.outputs.map((value, i) => {
    const inner = scope.find(value)!;
    const wanted = outputNames?.[i] ?? inner;
    let name = inner;
    if (value.node.op.leaf || inner !== wanted || given.has(inner)) {
      name = scope.unique(wanted);
      nodes.push({ opType: 'Identity', input: [inner], output: [name], name: scope.unique(`Identity/${name}`) });
    }
    given.add(name);
    return valueInfo(name, value, doc);
  });
  return { name: graphName, node: nodes, initializer, input, output };
}

const within = (place: string | undefined, name: string): string => (place === undefined ? name : `${place}/${name}`);

/** For each node without a name that of the value it leads to, so that a person sees what it is a part of. */
function destinations(order: readonly Node[], wantedNames: ReadonlyMap<Value, string>): ReadonlyMap<Node, string> {
  const found = new Map<Node, string>();
  for (const node of order.toReversed()) {
    const first = node.outputs[0]!;
    const label = wantedNames.get(first) ?? first.name ?? found.get(node);
    if (label === undefined) continue;
    for (const { node: before } of node.inputs) if (!found.has(before)) found.set(before, label);
  }
  return found;
}

function nodeFields(
  node: Node,
  scope: Scope,
  context: Context,
  addConstant: (tensor: Tensor, wanted: string) => string,
  wantedNames: ReadonlyMap<Value, string>,
  place: string | undefined,
): Fields {
  const types = node.inputs.map(value => value.type);
  const emission = node.op.emit(node.attrs, types);
  const opType = emission.opType ?? node.op.name;
  const domain = emission.domain ?? '';
  if (!context.domains.has(domain)) context.domains.set(domain, versions[domain] ?? 1);
  const first = node.outputs[0]!;
  const own = wantedNames.get(first) ?? first.name;
  const label = scope.unique(own === undefined ? within(place, opType) : `${opType}/${own}`);
  const output = node.outputs.map((value, i) =>
    scope.name(value, wantedNames.get(value) ?? value.name ?? (i === 0 ? `${label}:y` : `${label}:${i}`)),
  );
  const operands = emission.operands ?? [...node.inputs.keys()];
  const inputs = operands.map(i => (i === null ? '' : scope.find(node.inputs[i]!)!));
  const constants = (emission.constants ?? []).map((tensor, i) => addConstant(tensor, `${label}:${i}`));
  return {
    opType,
    domain: domain || undefined,
    name: label,
    input: [...inputs, ...constants],
    output,
    attribute: Object.entries(emission.attributes ?? {}).map(([name, attribute]) =>
      'graph' in attribute
        ? { name, g: bodyFields(name, attribute, node, scope, context), type: 5 }
        : attributeFields(name, attribute),
    ),
  };
}

/** A body within the scope of its node; what it captures goes by the name it has outside. */
function bodyFields(name: string, { graph, captured }: Body, node: Node, scope: Scope, context: Context): Fields {
  const inner = new Scope(scope);
  const own = graph.inputs.length - captured;
  graph.inputs.slice(own).forEach((value, i) => {
    inner.names.set(value, scope.find(node.inputs[node.inputs.length - captured + i]!)!);
  });
  return graphFields(graph, own, null, inner, context, name);
}

function attributeFields(name: string, attribute: Exclude<OnnxAttribute, Body>): Fields {
  if ('float' in attribute) return { name, f: attribute.float, type: 1 };
  if ('int' in attribute) return { name, i: attribute.int, type: 2 };
  if ('string' in attribute) return { name, s: utf8.encode(attribute.string), type: 3 };
  if ('floats' in attribute) return { name, floats: attribute.floats, type: 6 };
  if ('ints' in attribute) return { name, ints: attribute.ints, type: 7 };
  return { name, strings: attribute.strings.map(text => utf8.encode(text)), type: 8 };
}

function valueInfo(name: string, value: Value, doc: (name: string) => string | undefined): Fields {
  const dim = value.type.shape.map((size: Dim) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return {
    name,
    type: { tensorType: { elemType: dataTypes[value.type.dtype], shape: { dim } } },
    docString: doc(name),
  };
}

function tensorFields(tensor: Tensor, name: string): Fields {
  const head = { dims: tensor.shape, dataType: dataTypes[tensor.dtype], name };
  const { data } = tensor;
  if (Array.isArray(data)) return { ...head, stringData: (data as readonly string[]).map(text => utf8.encode(text)) };
  const array = data as Float32Array;
  return { ...head, rawData: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) };
}
