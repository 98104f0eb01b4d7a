/** A state_dict of PyTorch to the parameters of a network, by stated rules. */
import { HillockError } from '../../errors.ts';
import { f32, sizeOf, type Tensor } from '../../graph/index.ts';
import { everyLayer, type PlacedLayer } from '../../nn/index.ts';
import type { Parameters } from '../artifact.ts';
import { fromTorch, layoutOf, modulePath, type StateArray, torchShapes } from '../export/torch-state.ts';
import type { ImportSpec } from './spec.ts';

/** One network's layer with arrays, and what it is called where they are listed. */
interface Owner {
  readonly layer: PlacedLayer;
  readonly member: number;
  readonly path: string;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

type Module = ReadonlyMap<string, StateArray>;

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

function ownersOf({ spec, layers }: ImportSpec): readonly Owner[] {
  const { members = 1 } = spec.network;
  const owners = everyLayer(layers).filter(({ parameters }) => parameters.length > 0);
  return Array.from({ length: members }, (_, member) =>
    owners.map(layer => ({
      layer,
      member,
      path: modulePath(layer.name, member, members),
      shapes: torchShapes(layer, members),
    })),
  ).flat();
}

/** Arrays by module: what stands before the last point of their names. */
function modulesOf(arrays: ReadonlyMap<string, StateArray>): ReadonlyMap<string, Module> {
  const modules = new Map<string, Map<string, StateArray>>();
  for (const [name, array] of arrays) {
    const point = name.lastIndexOf('.');
    const path = name.slice(0, Math.max(0, point));
    modules.set(path, (modules.get(path) ?? new Map()).set(name.slice(point + 1), array));
  }
  return modules;
}

/** The path without what every path begins with, such as `module.` or `network.`. */
function withoutPrefix(paths: readonly string[]): ReadonlyMap<string, string> {
  const parts = paths.map(path => path.split('.'));
  let shared = 0;
  while (parts.every(one => one.length > shared + 1 && one[shared] === parts[0]![shared])) shared++;
  return new Map(paths.map((path, i) => [path, parts[i]!.slice(shared).join('.')]));
}

/** Biases that PyTorch leaves out with bias=False, as what they are worth. */
const optional = /^bias_[ih]h_l0/;

const sameShapes = (shapes: Owner['shapes'], module: Module): boolean =>
  [...module.keys()].every(name => name in shapes) &&
  Object.entries(shapes).every(([name, shape]) => {
    const found = module.get(name);
    return found ? found.shape.join() === shape.join() : optional.test(name);
  });

/**
 * The module of each layer: as `names` says; else the one that is called as the layer; else, where all that are left are
 * numbered as in nn.Sequential, in their order; else the only one that is left whose arrays have its names and shapes.
 */
function assign(owners: readonly Owner[], modules: ReadonlyMap<string, Module>, names: ImportSpec['names']) {
  const found = new Map<Owner, string>();
  const short = withoutPrefix([...modules.keys()]);
  const byName = new Map([...short].map(([path, name]) => [name, path]));
  const take = (owner: Owner, path: string | undefined): void => {
    if (path !== undefined && modules.has(path) && ![...found.values()].includes(path)) found.set(owner, path);
  };
  for (const owner of owners) {
    const told = names[owner.layer.name];
    if (told === undefined) continue;
    if (!modules.has(told)) throw noSuchModule(owner, told, modules);
    take(owner, told);
  }
  for (const owner of owners.filter(one => !found.has(one)))
    take(owner, modules.has(owner.path) ? owner.path : byName.get(owner.path));
  const left = (): readonly string[] => [...modules.keys()].filter(path => ![...found.values()].includes(path));
  const open = owners.filter(owner => !found.has(owner));
  const numbered = left().filter(path => /^\d+$/.test(short.get(path)!));
  if (open.length > 0 && numbered.length === left().length && numbered.length === open.length) {
    const ordered = numbered.toSorted((a, b) => Number(short.get(a)) - Number(short.get(b)));
    open.forEach((owner, i) => {
      take(owner, ordered[i]);
    });
  }
  for (const owner of owners.filter(one => !found.has(one))) {
    const alike = left().filter(path => sameShapes(owner.shapes, modules.get(path)!));
    const rivals = owners.filter(
      one => !found.has(one) && alike.some(path => sameShapes(one.shapes, modules.get(path)!)),
    );
    if (alike.length === 1 && rivals.length === 1) take(owner, alike[0]);
  }
  return found;
}

const noSuchModule = ({ layer }: Owner, told: string, modules: ReadonlyMap<string, Module>): HillockError =>
  new HillockError(
    'usage',
    `"names" says that ${layer.name} is called ${told}, the file holds no ${told}.weight`,
    `it holds ${listed([...modules.keys()])}`,
  );

const listed = (names: readonly string[], most = 12): string =>
  names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');

const described = (name: string, arrays: Iterable<readonly [string, readonly number[]]>): string =>
  `${name} (${[...arrays].map(([array, shape]) => `${array} ${shapeText(shape)}`).join(', ')})`;

const shapesIn = (module: Module): readonly (readonly [string, readonly number[]])[] =>
  [...module].map(([name, { shape }]) => [name, shape] as const);

export interface Assigned {
  readonly parameters: Parameters;
  /** Each layer with the module that its weights come from. */
  readonly modules: readonly (readonly [layer: string, module: string])[];
}

/** The parameters of a network out of the arrays of a state_dict; throws `HillockError` kind `model-file` that lists what is missing, left over or of another shape. */
export function fromStateDict(
  description: ImportSpec,
  arrays: ReadonlyMap<string, StateArray>,
  source: string,
): Assigned {
  const owners = ownersOf(description);
  const modules = modulesOf(arrays);
  const found = assign(owners, modules, description.names);
  const lost = owners.filter(owner => !found.has(owner));
  const unused = [...modules].filter(([path]) => ![...found.values()].includes(path));
  if (lost.length > 0 || unused.length > 0) throw unmatched(lost, unused, source);
  const own = new Map<string, StateArray[]>();
  for (const owner of owners) {
    const module = checked(owner, found.get(owner)!, modules.get(found.get(owner)!)!, source);
    for (const [name, array] of Object.entries(fromTorch(owner.layer.spec, module))) {
      const full = `${owner.layer.name}.${name}`;
      own.set(full, [...(own.get(full) ?? []), array]);
    }
  }
  return {
    parameters: new Map(
      owners.flatMap(({ layer }) =>
        layer.parameters.map(({ name, shape }): [string, Tensor] => [name, joined(own.get(name)!, shape)]),
      ),
    ),
    modules: owners.map(owner => [owner.path, found.get(owner)!]),
  };
}

/** The arrays of all members one after the other. */
function joined(parts: readonly StateArray[], shape: readonly number[]): Tensor {
  const data = new Float32Array(sizeOf(shape));
  parts.forEach((part, member) => {
    data.set(part.data, member * part.data.length);
  });
  return f32(data, shape);
}

function unmatched(
  lost: readonly Owner[],
  unused: readonly (readonly [string, Module])[],
  source: string,
): HillockError {
  const wants = lost.map(({ path, shapes }) => described(path, Object.entries(shapes)));
  const holds = unused.map(([path, module]) => described(path || 'without a module', shapesIn(module)));
  const said = [
    ...(wants.length > 0 ? [`it does not say which arrays are those of ${listed(wants, 6)}`] : []),
    ...(holds.length > 0 ? [`left over: ${listed(holds, 6)}`] : []),
  ];
  return new HillockError(
    'model-file',
    `${source} and the described network do not fit: ${said.join('; ')}`,
    wants.length > 0 && holds.length > 0
      ? 'say which is which in the description: "names": {"dense1": "fc1", …}'
      : 'describe every layer that has weights, and no other',
  );
}

/** A module whose arrays have the names and shapes that a layer needs. */
function checked({ layer, path, shapes }: Owner, name: string, module: Module, source: string) {
  const wrong = (what: string, hint: string): HillockError =>
    new HillockError('model-file', `${source}: ${path} cannot be ${name}: ${what}`, hint);
  const extra = [...module.keys()].filter(array => !(array in shapes));
  const missing = Object.keys(shapes).filter(array => !module.has(array) && !optional.test(array));
  if (missing.length > 0)
    throw wrong(`${missing.join(', ')} missing`, `a layer without it is described so, such as "bias": false`);
  if (extra.length > 0) throw wrong(`${extra.join(', ')} left over`, `it needs ${Object.keys(shapes).join(', ')}`);
  return Object.fromEntries(
    Object.entries(shapes).map(([array, shape]) => {
      const found = module.get(array) ?? { shape, data: new Float32Array(sizeOf(shape)) };
      if (found.shape.join() === shape.join()) return [array, found];
      const turned = found.shape.toReversed().join() === shape.join() ? '; it looks transposed' : '';
      throw wrong(
        `${array} has shape ${shapeText(found.shape)}, it must be ${shapeText(shape)}${turned}`,
        `${layoutOf(layer.spec)}; the layer takes rows of shape ${shapeText(layer.inputShape)}`,
      );
    }),
  );
}
