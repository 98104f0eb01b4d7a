/** A model as one file of JavaScript or TypeScript that needs nothing else. */
import { HillockError } from '../../errors.ts';
import { standardise, type TargetEncoding } from '../../features/index.ts';
import { floats, sizeOf } from '../../graph/index.ts';
import { everyLayer, type PlacedLayer, parametersOf, place } from '../../nn/index.ts';
import { version } from '../../version.ts';
import { inputShapeOf, type ModelSpec } from '../spec.ts';
import { codeLines } from './chains.ts';
import type { ExportedModel, ExportFormat } from './format.ts';
import { scriptInput } from './script-inputs.ts';
import { scriptLayer } from './script-layers.ts';
import { allHelpers, type Helper, javascript, type Script, typescript } from './script-text.ts';
import { ownName } from './torch-state.ts';

/** Where the arrays of one network begin, by the names of the parameters, and how many numbers there are. */
interface Places {
  readonly begins: ReadonlyMap<string, number>;
  readonly size: number;
}

function placesOf(layers: readonly PlacedLayer[], members: number): Places {
  const begins = new Map<string, number>();
  let size = 0;
  for (const { name, shape } of parametersOf(layers)) {
    begins.set(name, size);
    size += sizeOf(shape) / members;
  }
  return { begins, size };
}

/** Every array of one member after the other, little-endian, in base64. */
function encodedParameters(
  layers: readonly PlacedLayer[],
  { begins, size }: Places,
  { spec, parameters }: ExportedModel,
) {
  const { members = 1 } = spec.network;
  const all = new DataView(new ArrayBuffer(4 * size * members));
  for (const { name, shape } of parametersOf(layers)) {
    const data = floats(parameters.get(name));
    const own = sizeOf(shape) / members;
    data.forEach((value, i) => {
      all.setFloat32(4 * (Math.floor(i / own) * size + begins.get(name)! + (i % own)), value, true);
    });
  }
  let text = '';
  const bytes = new Uint8Array(all.buffer);
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

function refuse(layers: readonly PlacedLayer[]): void {
  for (const { name, spec } of everyLayer(layers)) {
    const kind = scriptLayer(spec);
    if (!('refused' in kind)) continue;
    throw new HillockError(
      'usage',
      `${name} cannot be written as one file of code: ${kind.refused}`,
      'use --to onnx, which onnxruntime-web and onnxruntime-node read, or --to torch',
    );
  }
}

function networkCode(layers: readonly PlacedLayer[], places: Places, members: number) {
  const helpers: Helper[] = [];
  const begin = (offset: number): string => (members > 1 ? `begin + ${offset}` : String(offset));
  const { lines, result } = codeLines(layers, 'x', 'y', (layer, x, nested) => {
    const kind = scriptLayer(layer.spec);
    if ('refused' in kind) return null;
    helpers.push(...kind.helpers(layer.spec));
    const at = layer.parameters.map(({ name }) => [ownName(layer, name), begin(places.begins.get(name)!)] as const);
    const { spec, inputShape: input, outputShape: output } = layer;
    return kind.call({ spec, x, at: Object.fromEntries(at), input, output, nested });
  });
  const body = lines.map(
    ({ variable, declares, expression }) => `  ${declares ? 'let ' : ''}${variable} = ${expression};`,
  );
  const text = (t: Script): string => t`/** What comes out of the last layer. */
function network(x‹: Float64Array›${members > 1 ? t`, begin‹: number›` : ''})‹: Float64Array› {
${[...body, `  return ${result};`].join('\n')}
}`;
  return { helpers, text };
}

/** What the outputs of the network mean: the type of a prediction, and the statements that make one. */
interface Reading {
  readonly declaration: (t: Script) => string;
  readonly body: (t: Script) => string;
  readonly helpers: readonly Helper[];
}

const softmax: Helper = {
  text: t => t`function softmax(z‹: Float64Array›)‹: Float64Array› {
  const most = Math.max(...z);
  const e = z.map(value => Math.exp(value - most));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map(value => value / sum);
}`,
};

function readingOf({ target, threshold, network }: ModelSpec, size: number): Reading {
  const { members = 1 } = network;
  /** The mean of what is made of the outputs y of each member. */
  const mean = (t: Script, made: (y: string) => string): string =>
    members === 1
      ? `  const result = ${made('network(x)')};`
      : t`  const result = mean(Array.from({ length: ${members} }, (_, member) => ${made(`network(x, member * ${size})`)}));`;
  const meanHelper: Helper = {
    text: t => t`/** The mean of what the members of the ensemble say. */
function mean(all‹: readonly Float64Array[]›)‹: Float64Array› {
  return all[0]‹!›.map((_, i) => all.reduce((sum, one) => sum + one[i]‹!›, 0) / all.length);
}`,
  };
  const shared = members > 1 ? [meanHelper] : [];
  if (target.task === 'regression') {
    const [low, high] = standardise(target, [target.min, target.max]);
    return {
      helpers: shared,
      declaration: () => '/** In the unit of the target. */\nexport interface Prediction {\n  prediction: number;\n}',
      body: t => t`${mean(t, y => y)}
  const value = Math.min(Math.max(result[0]‹!›, ${low! - 0.1}), ${high! + 0.1}) * ${target.std} + ${target.mean};
  return { prediction: ${target.log ? 'Math.exp(value)' : 'value'} };`,
    };
  }
  return classReading(target, threshold, { mean, shared });
}

function classReading(
  target: TargetEncoding,
  threshold: number,
  { mean, shared }: { mean(t: Script, made: (y: string) => string): string; shared: readonly Helper[] },
): Reading {
  const declaration = (): string =>
    'export type Label = (typeof classes)[number];\n\n/** The most probable class, and the probability of each in the order of `classes`. */\nexport interface Prediction {\n  label: Label;\n  probabilities: readonly number[];\n}';
  if (target.task === 'binary') {
    return {
      declaration,
      helpers: shared,
      body: t => t`${mean(t, y => `${y}.map(z => 1 / (1 + Math.exp(-z)))`)}
  const second = result[0]‹!›;
  return { label: classes[second > ${threshold} ? 1 : 0], probabilities: [1 - second, second] };`,
    };
  }
  return {
    declaration,
    helpers: [...shared, softmax],
    body: t => t`${mean(t, y => `softmax(${y})`)}
  return { label: classes[result.indexOf(Math.max(...result))]‹!›, probabilities: [...result] };`,
  };
}

const decode: Helper = {
  text: t => t`/** Float32 numbers, little-endian, from base64. */
function decode(text‹: string›)‹: Float32Array› {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}`,
};

function scriptOf(model: ExportedModel, t: Script): string {
  const { spec } = model;
  const types = t === typescript;
  const layers = place(spec.network, inputShapeOf(spec.input));
  const { members = 1 } = spec.network;
  const input = scriptInput(spec.input);
  refuse(layers);
  const places = placesOf(layers, members);
  const { helpers, text } = networkCode(layers, places, members);
  const reading = readingOf(spec, places.size);
  const classes =
    'classes' in spec.target
      ? [
          t`/** In the order of the probabilities. */\nexport const classes = ${JSON.stringify(spec.target.classes)}‹ as const›;`,
        ]
      : [];
  const predict = t`/** The prediction for ${input.about}. */
export function predict(${input.parameter}${types ? `: ${input.type}` : ''})‹: Prediction› {
  const x = encode(${input.parameter});
${reading.body(t)}
}`;
  const all = allHelpers([...input.helpers, ...helpers, ...reading.helpers, decode]);
  const sections = [
    `// Written by Hillock ${version}: a trained network in one file that needs nothing else.`,
    ...(types ? [input.declaration, ...classes, reading.declaration(t)] : classes),
    predict,
    input.encode(t),
    text(t),
    ...all.map(helper => helper.text(t)),
    `/** Every weight and bias. */\nconst parameters = decode(\n  '${encodedParameters(layers, places, model)}',\n);`,
  ];
  return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

const about = 'feed-forward networks with the preparation of their columns: one file that needs nothing else';

export const typescriptFormat: ExportFormat = {
  format: 'typescript',
  about: `TypeScript of ${about}, with types for the columns and the classes.`,
  extensions: ['.ts'],
  write: model => [{ extension: '.ts', data: scriptOf(model, typescript) }],
};

export const javascriptFormat: ExportFormat = {
  format: 'javascript',
  about: `JavaScript (an ES module) of ${about}.`,
  extensions: ['.mjs'],
  write: model => [{ extension: '.mjs', data: scriptOf(model, javascript) }],
};
