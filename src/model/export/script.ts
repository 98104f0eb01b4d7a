/** A model as one file of JavaScript or TypeScript that needs nothing else. */
import { HillockError } from '../../errors.ts';
import { floats, sizeOf } from '../../graph/index.ts';
import { everyLayer, type PlacedLayer, parametersOf, place } from '../../nn/index.ts';
import { version } from '../../version.ts';
import { inputShapeOf } from '../spec.ts';
import { codeLines } from './chains.ts';
import type { ExportedModel, ExportFormat } from './format.ts';
import { scriptInput } from './script-inputs.ts';
import { scriptLayer } from './script-layers.ts';
import { readingOf } from './script-readings.ts';
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
