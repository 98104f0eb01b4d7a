/** What a person says of a network from another program: what it takes, its layers, what its outputs mean. */
import { z } from 'zod';
import { HillockError } from '../../errors.ts';
import { parseEncoder, parseTargetEncoding, plainPixels, type TargetEncoding } from '../../features/index.ts';
import { everyLayer, type NetworkSpec, type PlacedLayer, parseNetwork, place, withFlatten } from '../../nn/index.ts';
import { version } from '../../version.ts';
import { inputShapeOf, type ModelInput, type ModelSpec, parseModelSpec } from '../spec.ts';

const text = z.string().min(1).max(10_000);
const numberColumn = z.strictObject({
  name: text,
  centre: z.number().default(0).describe('subtracted first, such as the mean; stands for missing'),
  scale: z.number().positive().default(1).describe('divides the rest, such as the standard deviation'),
});
const wordColumn = z.strictObject({ name: text, words: z.array(text).min(1).max(128) });
const column = z.union([text.transform(name => ({ name, centre: 0, scale: 1 })), numberColumn, wordColumn]);
const image = z.strictObject({
  shape: z.tuple([z.int().min(1).max(65536), z.int().min(1).max(65536), z.int().min(1).max(16)]),
  mean: z.array(z.number().min(0).max(1)).optional(),
  std: z.array(z.number().positive().max(1)).optional(),
});
const target = z.strictObject({
  name: text,
  classes: z.array(text).min(2).max(1000).optional(),
  mean: z.number().default(0),
  std: z.number().positive().default(1),
  log: z.boolean().default(false),
  min: z.number().optional(),
  max: z.number().optional(),
});
const schema = z.strictObject({
  input: z.union([z.strictObject({ columns: z.array(column).min(1).max(20_000) }), z.strictObject({ image })]),
  layers: z.array(z.unknown()),
  members: z.int().min(1).max(256).optional(),
  head: z.literal(false).optional(),
  target,
  names: z.record(z.string(), text).optional(),
});

type Described = z.infer<typeof schema>;

/** A network from another program, before its weights are read. */
export interface ImportSpec {
  readonly spec: ModelSpec;
  readonly layers: readonly PlacedLayer[];
  /** The modules that layers are called in the file, by layer. */
  readonly names: Readonly<Record<string, string>>;
}

const example =
  '{"input": {"columns": ["age", {"name": "fare", "centre": 32.2, "scale": 49.7}]}, "layers": [{"kind": "dense", "units": 16, "activation": "relu"}, {"kind": "dense", "units": 1}], "target": {"name": "survived", "classes": ["no", "yes"]}}';

/** A network as it is described in a file; throws `HillockError` kind `usage` that says what is wrong with it. */
export function parseImportSpec(json: string, source: string): ImportSpec {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (cause) {
    throw new HillockError('usage', `${source} is not valid JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  const result = schema.safeParse(data, { jitless: true });
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new HillockError(
      'usage',
      `${source} does not describe a network: ${issue.path.join('.') || 'the file'}: ${issue.message}`,
      `for example ${example}`,
    );
  }
  const described = result.data;
  const input = inputOf(described, source);
  const { layers, members } = described;
  const network = withFlatten(parseNetwork({ layers, ...(members ? { members } : {}) }), inputShapeOf(input));
  return complete(input, network, described, source);
}

/** A whole specification that Hillock wrote, as its own exports hold it. */
export function ownSpec(json: string): ImportSpec {
  const spec = parseModelSpec(json);
  return { spec, layers: place(spec.network, inputShapeOf(spec.input)), names: {} };
}

function complete(input: ModelInput, network: NetworkSpec, described: Described, source: string): ImportSpec {
  const layers = place(network, inputShapeOf(input));
  checkNames(described.names ?? {}, layers, source);
  const spec: ModelSpec = {
    version: 1,
    hillock: version,
    created: new Date().toISOString(),
    input,
    network,
    target: targetOf(described, layers.at(-1)?.outputShape ?? inputShapeOf(input), source),
    threshold: 0.5,
  };
  // The same checks that a model file goes through.
  return { spec: parseModelSpec(JSON.stringify(spec)), layers, names: described.names ?? {} };
}

function checkNames(names: ImportSpec['names'], layers: readonly PlacedLayer[], source: string): void {
  const owners = everyLayer(layers).flatMap(({ name, parameters }) => (parameters.length > 0 ? [name] : []));
  const unknown = Object.keys(names).find(name => !owners.includes(name));
  if (unknown === undefined) return;
  throw new HillockError(
    'usage',
    `${source}: "names" tells what ${unknown} is called, and no layer with weights is ${unknown}`,
    `those with weights are ${owners.join(', ') || 'none'}`,
  );
}

function inputOf({ input }: Described, source: string): ModelInput {
  if ('image' in input) {
    const { shape, mean, std } = input.image;
    const plain = plainPixels(shape);
    return { kind: 'images', shape, mean: mean ?? plain.mean, std: std ?? plain.std };
  }
  const { columns } = input;
  const words = columns.findIndex(one => 'words' in one);
  const late = columns.findIndex((one, i) => words >= 0 && i > words && !('words' in one));
  if (late >= 0) {
    throw new HillockError(
      'usage',
      `${source}: the column of numbers ${columns[late]!.name} stands after a column of words`,
      'the encoded row holds numbers first, then the flags of words: bring the inputs of the network into that order',
    );
  }
  return { kind: 'table', encoder: parseEncoder({ version: 1, columns: columns.map(encoded) }) };
}

type Column = Extract<Described['input'], { columns: unknown }>['columns'][number];

function encoded(column: Column, i: number) {
  const input = /^(prediction|label|probabilities|__proto__)$|\p{Cc}|^\s*$/u.test(column.name)
    ? `column_${i + 1}`
    : column.name;
  const part =
    'words' in column
      ? { kind: 'words', levels: column.words, missing: false, other: false }
      : { kind: 'linear', centre: column.centre, factor: 1 / column.scale };
  return { name: column.name, input, type: 'words' in column ? 'text' : 'number', parts: [part] };
}

/** Far beyond any number that is predicted. */
const widest = 1e30;

function targetOf({ target }: Described, outputs: readonly number[], source: string): TargetEncoding {
  const { name, classes, mean, std, log } = target;
  const wrong = (needed: string): HillockError =>
    new HillockError(
      'usage',
      `${source}: the last layer gives rows of shape [${outputs}], ${name} needs ${needed}`,
      'list every layer of the network, the last one too; sigmoid and softmax of the outputs are not layers',
    );
  if (!classes) {
    if (outputs.join() !== '1') throw wrong('[1], or "classes"');
    const { min = log ? 1 / widest : -widest, max = widest } = target;
    return parseTargetEncoding({ version: 1, name, task: 'regression', log, mean, std, min, max });
  }
  const binary = outputs.join() === '1' && classes.length === 2;
  if (!binary && outputs.join() !== String(classes.length))
    throw wrong(`[${classes.length}]${classes.length === 2 ? ' or [1]' : ''}`);
  return parseTargetEncoding({ version: 1, name, task: binary ? 'binary' : 'multiclass', classes });
}
