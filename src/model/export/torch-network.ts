/** A network as classes of PyTorch, in Python. */
import { everyLayer, type PlacedLayer } from '../../nn/index.ts';
import { codeLines } from './chains.ts';
import { torchLayer } from './torch-layers.ts';
import { moduleName } from './torch-state.ts';

const self = (layer: PlacedLayer): string => `self.${moduleName(layer.name)}`;

function networkClass(layers: readonly PlacedLayer[], name = 'Network'): string {
  const modules = everyLayer(layers).flatMap(layer => {
    const module = torchLayer(layer.spec).module?.(layer.spec, layer.inputShape);
    const inside = layer.nested.filter(({ layers: held }) => held.length > 0);
    const holds = inside.map(({ field }) => (field === 'layers' ? self(layer) : `${self(layer)}.${field}`));
    return [
      ...(module ? [`        ${self(layer)} = ${module}`] : []),
      ...[...new Set([...(inside.length > 0 ? [self(layer)] : []), ...holds])].map(
        name => `        ${name} = nn.Module()`,
      ),
    ];
  });
  const { lines, result } = codeLines(layers, 'x', 'x', (layer, x, nested) =>
    torchLayer(layer.spec).call({
      spec: layer.spec,
      x,
      self: self(layer),
      input: layer.inputShape,
      output: layer.outputShape,
      nested,
    }),
  );
  return [
    `class ${name}(nn.Module):`,
    '    def __init__(self):',
    '        super().__init__()',
    ...modules,
    '',
    '    def forward(self, x):',
    ...lines.map(({ variable, expression }) => `        ${variable} = ${expression}`),
    `        return ${result}`,
  ].join('\n');
}

const ensembleClass = (members: number): string => `class Ensemble(nn.Module):
    """Networks of one form; what comes out is [members, N, outputs]."""

    def __init__(self):
        super().__init__()
        self.members = nn.ModuleList(Network() for _ in range(${members}))

    def forward(self, x):
        return torch.stack([member(x) for member in self.members])`;

const stageOfEnsemble = (stage: string, first: boolean, members: number): string => `class ${stage}s(nn.Module):
    """Those of every network; what goes in is ${first ? '[N, inputs]' : '[members, N, inputs]'}."""

    def __init__(self):
        super().__init__()
        self.members = nn.ModuleList(${stage}() for _ in range(${members}))

    def forward(self, x):
        return torch.stack([${first ? 'member(x) for member in self.members' : 'member(rows) for member, rows in zip(self.members, x)'}])`;

const lastState = `def last_state(read):
    """What the units of a recurrent layer end with, of both directions side by side."""
    states = read[1][0] if isinstance(read[1], tuple) else read[1]
    return torch.cat(list(states), dim=1)`;

/** The functions that layers call. */
const functions = (layers: readonly PlacedLayer[]): readonly string[] =>
  everyLayer(layers).some(({ spec }) => 'returnSequences' in spec && !spec.returnSequences) ? [lastState] : [];

/** The Python of a network: the class to make, and the classes and functions it consists of. */
export interface TorchNetwork {
  readonly kind: 'Network' | 'Ensemble';
  readonly code: readonly string[];
}

/** The classes of stages that follow one another, and the tuple of those to make. */
export function torchStages(
  stages: readonly (readonly PlacedLayer[])[],
  members: number,
): Pick<TorchNetwork, 'code'> & { readonly kind: string } {
  const names = stages.map((_, i) => `Stage${i + 1}`);
  const classes = stages.map((layers, i) => networkClass(layers, names[i]));
  const ensembles = members > 1 ? names.map((name, i) => stageOfEnsemble(name, i === 0, members)) : [];
  const made = members > 1 ? names.map(name => `${name}s`) : names;
  return { kind: `(${made.join(', ')},)`, code: [...classes, ...ensembles, ...functions(stages.flat())] };
}

export function torchNetwork(layers: readonly PlacedLayer[], members: number): TorchNetwork {
  return {
    kind: members > 1 ? 'Ensemble' : 'Network',
    code: [networkClass(layers), ...(members > 1 ? [ensembleClass(members)] : []), ...functions(layers)],
  };
}
