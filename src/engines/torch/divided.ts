/** A network whose dense layers are divided over ranks. */
import { modulePath } from '../../model/export/torch-state.ts';
import { everyLayer, type PlacedLayer } from '../../nn/index.ts';

/** By its outputs, by the inputs that these are, by its inputs while it is given all of them; noise of divided outputs. */
type Division = 'column' | 'row' | 'alone' | 'noise';

type Divisions = readonly (readonly [name: string, how: Division])[];

/** Whether a layer makes each number of the one before it. */
const eachByItself = ({ spec }: PlacedLayer): boolean =>
  spec.kind === 'activation' || (spec.kind === 'dropout' && !spec.channels);

/** How the layers of a chain are divided: dense layers in pairs, where nothing between them needs all outputs. */
function inChain([layer, ...rest]: readonly PlacedLayer[]): Divisions {
  if (!layer) return [];
  if (layer.spec.kind !== 'dense') return inChain(rest);
  const next = rest.findIndex(one => !eachByItself(one));
  if (rest[next]?.spec.kind !== 'dense') return [[layer.name, 'alone'], ...inChain(rest)];
  const noise = rest.slice(0, next).filter(({ spec }) => spec.kind === 'dropout');
  return [
    [layer.name, 'column'],
    ...noise.map(({ name }) => [name, 'noise'] as const),
    [rest[next].name, 'row'],
    ...inChain(rest.slice(next + 1)),
  ];
}

function divisions(layers: readonly PlacedLayer[]): Divisions {
  const inside = everyLayer(layers).flatMap(({ nested }) => nested.map(({ layers: chain }) => inChain(chain)));
  return [inChain(layers), ...inside].flat();
}

/** The modules that are divided, by their places in a state_dict, and how. */
export function dividedModules(layers: readonly PlacedLayer[], members: number): Readonly<Record<string, Division>> {
  const all = divisions(layers).flatMap(([name, how]) =>
    Array.from({ length: members }, (_, member) => [modulePath(name, member, members), how] as const),
  );
  return Object.fromEntries(all);
}

/** The names of the layers with parameters that are not. */
export function wholeLayers(layers: readonly PlacedLayer[]): readonly string[] {
  const divided = new Set(divisions(layers).map(([name]) => name));
  return everyLayer(layers).flatMap(({ name, parameters }) =>
    parameters.length > 0 && !divided.has(name) ? [name] : [],
  );
}
