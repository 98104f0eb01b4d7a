/** Training that starts from the weights of another model. */
import { fingerprint, type ReadNote, type Table } from '../data/index.ts';
import { didYouMean, HillockError } from '../errors.ts';
import type { Decision, Encoder, NumberEncoding, TargetEncoding } from '../features/index.ts';
import { floats } from '../graph/index.ts';
import type { ModelSpec, Parameters } from '../model/index.ts';
import { everyLayer, type NetworkSpec, type PlacedLayer, parameterCount, place } from '../nn/index.ts';
import { outputsOf, type TrainingJob } from '../train/index.ts';
import { head } from './network.ts';
import type { RecipeOptions } from './recipe.ts';

/** A trained model as far as another training needs it. */
export interface StartingModel {
  readonly spec: ModelSpec;
  readonly parameters: Parameters;
}

interface Wish {
  readonly from?: StartingModel | undefined;
  readonly freeze?: readonly string[] | undefined;
}

/** What a checkpoint of a training says of the weights it began with. */
export function startMarks(initial: NonNullable<TrainingJob['initial']>): string {
  const marks = fingerprint();
  for (const [name, values] of initial)
    marks.text(name).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return marks.hex();
}

/** Throws `HillockError` kind `usage` unless the model takes what is trained on now. */
export function startingInput<Kind extends ModelSpec['input']['kind']>(
  { spec: { input } }: StartingModel,
  kind: Kind,
): Extract<ModelSpec['input'], { kind: Kind }> {
  if (input.kind === kind) return input as Extract<ModelSpec['input'], { kind: Kind }>;
  const words = { table: 'rows of a table', images: 'images', series: 'series' };
  throw new HillockError(
    'usage',
    `the model to start from takes ${words[input.kind]}, this is ${kind === 'images' ? 'a set of images' : 'a table'}`,
    'start from a model of data like these',
  );
}

/** The encoder of the model to start from; throws `HillockError` kind `data` where the table lacks one of its columns. */
export function startingEncoder(from: StartingModel, table: Table, target: string): Encoder {
  const { encoder } = startingInput(from, 'table');
  const names = new Set(table.columns.map(({ name }) => name));
  const missing = encoder.columns.filter(({ name }) => !names.has(name) || name === target).map(({ name }) => name);
  if (missing.length === 0) return encoder;
  throw new HillockError(
    'data',
    `the model to start from takes columns that ${table.source} does not have: ${missing.slice(0, 20).join(', ')}`,
    'its first layer means nothing without them: name the columns alike, or train without --from',
  );
}

const roles = { number: 'numeric', date: 'date', text: 'category' } as const;

/** What every column but the target is used for. */
export function startingDecisions({ columns }: Encoder, table: Table, target: string): readonly Decision[] {
  const used = new Map(columns.map(column => [column.name, column]));
  return table.columns
    .filter(({ name }) => name !== target)
    .map(({ name }) => {
      const column = used.get(name);
      return column
        ? { column: name, role: roles[column.type], reason: 'as in the model it starts from' }
        : { column: name, role: 'ignored', reason: 'the model it starts from does not know it' };
    });
}

/** Whether the outputs of one target mean the same for the other. */
function alike(a: TargetEncoding, b: TargetEncoding): boolean {
  if (a.task === 'regression') return b.task === 'regression' && a.log === b.log;
  return 'classes' in a && 'classes' in b && a.task === b.task && a.classes.join('\0') === b.classes.join('\0');
}

/** A target as the model to start from sees it: numbers in its units, held within the ranges of both. */
export function startingTarget(from: StartingModel | undefined, target: TargetEncoding): TargetEncoding {
  if (!from || target.task !== 'regression' || !alike(target, from.spec.target)) return target;
  const { mean, std, min, max } = from.spec.target as NumberEncoding;
  return { ...target, mean, std, min: Math.min(min, target.min), max: Math.max(max, target.max) };
}

/** The network of the model to start from, unless another is asked for; its last layer is made anew where it cannot fit. */
export function startingNetwork({ from }: Wish, target: TargetEncoding, asked: RecipeOptions): RecipeOptions['model'] {
  const others = [asked.model, asked.hidden, asked.activation, asked.dropout, asked.members];
  if (!from || others.some(given => given !== undefined)) return asked.model;
  const { network } = from.spec;
  const fits = outputsOf(from.spec.target) === outputsOf(target);
  return { ...network, layers: fits ? network.layers : [...network.layers.slice(0, -1), head(target)], head: false };
}

export interface Started {
  readonly job: Pick<TrainingJob, 'initial' | 'frozen'>;
  readonly notes: readonly ReadNote[];
  /** What it starts from, in words; null where it begins anew. */
  readonly start: string | null;
}

/** Of scores of weights that have learned before. */
const mayHaveSeen =
  'the model it starts from may have learned from rows of the test part, and then the scores are too good: give rows that it has never seen with --test FILE, or the seed and the data of its own training';

/**
 * The weights that a network takes over: those of every layer whose arrays have the names and shapes of the other's, but
 * for the last one where its outputs mean something else. Throws `HillockError` kind `usage` where none does, or where a
 * layer is to be frozen that does not come from there.
 */
export function startingWeights(
  { from, freeze = [] }: Wish,
  network: NetworkSpec,
  inputShape: readonly number[],
  target: TargetEncoding,
): Started {
  if (!from) {
    if (freeze.length === 0) return { job: {}, notes: [], start: null };
    throw new HillockError('usage', 'only weights of another model can be kept', 'name it with --from RUN');
  }
  const layers = place(network, inputShape);
  const owners = everyLayer(layers).filter(({ parameters }) => parameters.length > 0);
  const sameOutputs = alike(target, from.spec.target);
  const last = layers.at(-1);
  const taken = owners.filter(layer => fits(layer, from) && (layer !== last || sameOutputs));
  if (taken.length === 0) {
    throw new HillockError(
      'usage',
      'no layer of this network has the name and shape of one of the model to start from',
      `its layers are ${owners.map(({ name }) => name).join(', ')}`,
    );
  }
  const initial = new Map(
    taken.flatMap(({ parameters }) => parameters.map(({ name }) => [name, floats(from.parameters.get(name))] as const)),
  );
  const fresh = owners.filter(layer => !taken.includes(layer)).map(({ name }) => name);
  checkFrozen(freeze, layers, fresh);
  const others = sameOutputs || !last || !fresh.includes(last.name) ? '' : ` (${last.name}: other outputs)`;
  const said = [
    `starts from the weights of ${taken.map(({ name }) => name).join(', ')}`,
    ...(fresh.length > 0 ? [`anew: ${fresh.join(', ')}${others}`] : []),
    ...(freeze.length > 0 ? [`kept as they are: ${freeze.join(', ')}`] : []),
  ];
  return {
    job: freeze.length > 0 ? { initial, frozen: freeze } : { initial },
    notes: [{ message: said.join('; ') }, { message: mayHaveSeen }],
    start: `${said.join('; ')}: ${mayHaveSeen}`,
  };
}

const fits = ({ parameters }: PlacedLayer, from: StartingModel): boolean =>
  parameters.every(({ name, shape }) => from.parameters.get(name)?.shape.join() === shape.join());

function checkFrozen(freeze: readonly string[], layers: readonly PlacedLayer[], fresh: readonly string[]): void {
  const names = everyLayer(layers).map(({ name }) => name);
  const within = (name: string, layer: string): boolean => name === layer || name.startsWith(`${layer}.`);
  for (const layer of freeze) {
    if (!names.includes(layer)) {
      const near = didYouMean(layer, names);
      throw new HillockError(
        'usage',
        `there is no layer '${layer}' to freeze`,
        near ? `did you mean ${near}?` : `the layers are ${names.join(', ')}`,
      );
    }
    const first = fresh.find(name => within(name, layer));
    if (first === undefined) continue;
    throw new HillockError(
      'usage',
      `${first} does not come from the model to start from, so there is nothing to keep`,
      `layers that do: ${names.filter(name => !fresh.includes(name)).join(', ')}`,
    );
  }
  const free = everyLayer(layers).filter(({ name }) => !freeze.some(layer => within(name, layer)));
  if (freeze.length > 0 && parameterCount(free.map(layer => ({ ...layer, nested: [] }))) === 0)
    throw new HillockError('usage', 'every layer is frozen: there is nothing to learn', 'leave one out of --freeze');
}
