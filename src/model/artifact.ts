/** The model file: raw columns in, prediction out, everything between as ONNX nodes. */
import { HillockError } from '../errors.ts';
import {
  classesOf,
  type Encoder,
  encoderGraph,
  encoderInputs,
  inputValues,
  type outputNames,
  packedInput,
  pixelGraph,
  type SeriesEncoder,
  seriesGraph,
  seriesInputs,
  type seriesNames,
} from '../features/index.ts';
import { constant, type Graph, input, named, sizeOf, strings, type Tensor, type Value } from '../graph/index.ts';
import { everyLayer, type Forward, forward, inference, type PlacedLayer, parametersOf, place } from '../nn/index.ts';
import { decodeModel, encodeModel } from '../onnx/index.ts';
import { argMax, cast, concat, gather, greater, reshape, scalar, sub, transpose } from '../ops/index.ts';
import { outputsOf, read } from '../train/index.ts';
import { digestOf } from './digest.ts';
import { inputShapeOf, type ModelInput, type ModelSpec, parseModelSpec } from './spec.ts';

export type Parameters = ReadonlyMap<string, Tensor>;

/** Longest model file that is read. */
const maximumBytes = 2 ** 31;

/** Most numbers that a layer may make of one row: 512 MB. A description of a few bytes can ask for any size. */
const mostNumbers = 2 ** 27;

interface RawInput {
  readonly inputs: readonly Value[];
  /** Rows as the first layer sees them. */
  readonly x: Value;
  readonly documentation: ReadonlyMap<string, string>;
  /** Of series: what the outputs are relative to. */
  readonly anchors?: Value;
}

function seriesInput(encoder: SeriesEncoder, target: string): RawInput {
  const inputs = seriesInputs(encoder, target);
  return {
    ...seriesGraph(encoder, new Map(inputs.map(({ name, value }) => [name, value]))),
    inputs: inputs.map(({ value }) => value),
    documentation: new Map(inputs.map(({ name, documentation }) => [name, documentation])),
  };
}

function tableInput(encoder: Encoder): RawInput {
  const inputs = inputValues(encoder);
  const documentation = new Map(encoderInputs(encoder).map(({ name, documentation }) => [name, documentation]));
  return { inputs, x: named(encoderGraph(encoder, inputs), 'encoded'), documentation };
}

function packedTableInput(encoder: Encoder): RawInput {
  const rows = packedInput(encoder);
  return { inputs: [rows], x: encoderGraph(encoder, rows), documentation: new Map() };
}

function rawInput(
  { input: source, target }: Pick<ModelSpec, 'input' | 'target'>,
  table: (encoder: Encoder) => RawInput,
): RawInput {
  if (source.kind === 'series') return seriesInput(source.encoder, target.name);
  if (source.kind === 'table') return table(source.encoder);
  const image = input('image', ['N', ...source.shape], 'uint8');
  return {
    inputs: [image],
    x: named(pixelGraph(source, transpose(image, [0, 3, 1, 2])), 'pixels'),
    documentation: new Map([['image', 'pixels 0 … 255, [rows, height, width, channels]']]),
  };
}

interface NamedOutput {
  readonly name: (typeof outputNames)[number] | (typeof seriesNames)[number];
  readonly value: Value;
  readonly about: string;
}

/** What the last layer says in the target's own terms: a forecast and its bounds, or one value a row. */
function numbersFor({ target }: ModelSpec, y: Value, anchors: Value | undefined): readonly NamedOutput[] {
  const prediction = read(y, target, { anchors });
  if (target.task !== 'forecast')
    return [{ name: 'prediction', value: prediction, about: `${target.name}, in its own unit` }];
  const about = `${target.name} of the ${target.horizon} steps after the window, in its own unit`;
  const [interval] = target.intervals;
  const shifted = (shift: readonly number[]): Value => read(y, target, { anchors, shift });
  const share =
    interval &&
    `the truth lies between lower and upper in about ${Number((100 * interval.level).toFixed(6))} % of cases`;
  return [
    { name: 'forecast', value: prediction, about },
    ...(interval
      ? [
          { name: 'lower', value: shifted(interval.low), about: `lower bound of ${target.name}: ${share}` } as const,
          { name: 'upper', value: shifted(interval.high), about: `upper bound of ${target.name}: ${share}` } as const,
        ]
      : []),
  ];
}

function outputsFor(spec: ModelSpec, y: Value, anchors: Value | undefined): readonly NamedOutput[] {
  const { target, threshold } = spec;
  const numbers = numbersFor(spec, y, anchors);
  const classes = classesOf(target);
  if (!classes) return numbers;
  const prediction = numbers[0]!.value;
  const binary = target.task === 'binary';
  const probabilities = binary ? concat([sub(scalar(1), prediction), prediction], 1) : prediction;
  const index = binary ? cast(greater(prediction, scalar(threshold)), 'int64') : argMax(prediction, 1);
  const label = reshape(gather(constant(strings(classes), 'classes'), index), ['N']);
  return [
    { name: 'label', value: label, about: `most probable ${target.name}` },
    {
      name: 'probabilities',
      value: probabilities,
      about: `probability of each class, in the order ${classes.join(', ')}`,
    },
  ];
}

export interface ModelGraph {
  readonly graph: Graph;
  readonly outputs: readonly NamedOutput['name'][];
  readonly documentation: ReadonlyMap<string, string>;
  readonly layers: readonly PlacedLayer[];
  readonly forward: Forward;
  readonly encoded: Value;
}

/** The layers on raw inputs, with their parameters inside. */
function onto(raw: RawInput, spec: ModelSpec, parameters: Parameters) {
  const layers = place(spec.network, inputShapeOf(spec.input));
  const stored = storedNames(spec.input);
  const values = new Map(
    parametersOf(layers).map(({ name, shape }) => [
      name,
      constant(checked(parameters.get(name), name, shape), stored(name)),
    ]),
  );
  return { layers, built: forward(layers, raw.x, values, { ...inference, members: spec.network.members ?? 1 }) };
}

/** The graph of a model with its parameters inside. */
export function modelGraph(spec: ModelSpec, parameters: Parameters): ModelGraph {
  const raw = rawInput(spec, tableInput);
  const { layers, built } = onto(raw, spec, parameters);
  const outputs = outputsFor(spec, built.y, raw.anchors);
  return {
    graph: { inputs: raw.inputs, outputs: outputs.map(({ value }) => value) },
    outputs: outputs.map(({ name }) => name),
    documentation: new Map([
      ...raw.documentation,
      ...outputs.map(({ name, about }): [string, string] => [name, about]),
    ]),
    layers,
    forward: built,
    encoded: raw.x,
  };
}

/**
 * The model as a program of numbers alone, for those who run it again and again: rows of a table packed (`packedInput`),
 * images and series as in the model file; out come the values that `label` and `probabilities` are made of.
 */
export function encodePacked(spec: ModelSpec, parameters: Parameters): Uint8Array {
  const raw = rawInput(spec, packedTableInput);
  const outputs = numbersFor(spec, onto(raw, spec, parameters).built.y, raw.anchors);
  const graph = { inputs: raw.inputs, outputs: outputs.map(({ value }) => value) };
  return encodeModel(graph, { outputs: outputs.map(({ name }) => name) });
}

/** The name under which a parameter lies in the file: its own, unless a column is called the same. */
function storedNames(source: ModelInput): (name: string) => string {
  const taken = new Set(inputNamesOf(source));
  return name => {
    let free = name;
    while (taken.has(free)) free += '_';
    return free;
  };
}

/** The names of the model file's inputs. */
export function inputNamesOf(source: ModelInput): readonly string[] {
  if (source.kind === 'table') return encoderInputs(source.encoder).map(({ name }) => name);
  return source.kind === 'series' ? seriesInputs(source.encoder, '').map(({ name }) => name) : ['image'];
}

function checked(tensor: Tensor | undefined, name: string, shape: readonly number[]): Tensor {
  if (tensor?.dtype === 'float32' && tensor.shape.join() === shape.join()) return tensor;
  const found = tensor ? `${tensor.dtype} [${tensor.shape}]` : 'none';
  throw new HillockError(
    'model-file',
    `the model must hold ${name} as float32 [${shape}], found ${found}`,
    'the file is damaged or was edited',
  );
}

/** The bytes of model.onnx; `report` goes into its metadata beside the specification. */
export function encodeArtifact(spec: ModelSpec, parameters: Parameters, report: unknown = null): Uint8Array {
  const { graph, outputs, documentation, layers } = modelGraph(spec, parameters);
  const texts = { report: JSON.stringify(report), hillock: JSON.stringify(spec) };
  const digest = digestOf([texts.report, texts.hillock], arraysOf(layers, parameters));
  return encodeModel(graph, {
    outputs,
    documentation,
    name: 'hillock',
    // The specification last, so that a file that was cut short misses it.
    metadata: { digest, ...texts },
  });
}

const arraysOf = (layers: readonly PlacedLayer[], parameters: Parameters): [string, Float32Array][] =>
  parametersOf(layers).map(({ name }) => [name, parameters.get(name)!.data as Float32Array]);

/** A model file read back. */
export interface Artifact {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
  readonly report: unknown;
}

/** Reads and checks model.onnx; throws `HillockError` kind `model-file` for bytes that are not a model of ours. */
export function decodeArtifact(bytes: Uint8Array, source: string): Artifact {
  if (bytes.length > maximumBytes) throw new HillockError('model-file', `${source} is larger than 2 GiB`);
  const contents = contentsOf(bytes, source);
  const json = contents.metadata.get('hillock');
  if (json === undefined) {
    throw new HillockError(
      'model-file',
      `${source} is an ONNX model, but not one that Hillock wrote`,
      'train one with `hillock train`',
    );
  }
  const spec = parseModelSpec(json);
  const stored = storedNames(spec.input);
  const layers = placed(spec, source);
  const parameters = new Map(
    parametersOf(layers).map(({ name, shape }) => [name, checked(contents.tensors.get(stored(name)), name, shape)]),
  );
  const report = contents.metadata.get('report');
  const digest = contents.metadata.get('digest');
  if (digest !== digestOf([report ?? '', json], arraysOf(layers, parameters))) {
    throw new HillockError(
      'model-file',
      `${source} is damaged: its content is not what was written`,
      'take another copy of it, or train again',
    );
  }
  return { spec, parameters, report: safeJson(report) };
}

/** The layers of a specification that a stranger may have written: they must fit one another and the target. */
function placed(spec: ModelSpec, source: string): readonly PlacedLayer[] {
  const wrong = (what: string, cause?: unknown): HillockError =>
    new HillockError(
      'model-file',
      `the network in ${source} does not fit: ${what}`,
      'the file is damaged or was edited',
      {
        cause,
      },
    );
  let layers: readonly PlacedLayer[];
  try {
    layers = place(spec.network, inputShapeOf(spec.input));
  } catch (error) {
    throw error instanceof HillockError ? wrong(error.message, error) : error;
  }
  const widest = everyLayer(layers).find(({ outputShape }) => sizeOf(outputShape) > mostNumbers);
  if (widest) throw wrong(`${widest.name} makes [${widest.outputShape}] numbers of each row`);
  const outputs = layers.at(-1)?.outputShape ?? inputShapeOf(spec.input);
  if (outputs.length !== 1 || outputs[0] !== outputsOf(spec.target))
    throw wrong(`its last layer has [${outputs}] outputs, ${spec.target.name} needs ${outputsOf(spec.target)}`);
  return layers;
}

function contentsOf(bytes: Uint8Array, source: string) {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new HillockError(
      'model-file',
      `${source} is not a model file: ${cause.message}`,
      'the file is damaged, cut short, or something else',
      { cause },
    );
  }
}

function safeJson(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
