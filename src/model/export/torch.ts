/** A model as a module of PyTorch that needs nothing else, and its weights. */
import { standardise, type TargetEncoding } from '../../features/index.ts';
import { everyLayer, type PlacedLayer, place } from '../../nn/index.ts';
import { version } from '../../version.ts';
import { inputShapeOf, type ModelSpec } from '../spec.ts';
import { codeLines } from './chains.ts';
import type { ExportFormat } from './format.ts';
import { encodeState } from './safetensors.ts';
import { torchInput } from './torch-inputs.ts';
import { torchLayer } from './torch-layers.ts';
import { moduleName } from './torch-state.ts';

const self = (layer: PlacedLayer): string => `self.${moduleName(layer.name)}`;

function networkClass(layers: readonly PlacedLayer[]): string {
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
    'class Network(nn.Module):',
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

const lastState = `def last_state(read):
    """What the units of a recurrent layer end with, of both directions side by side."""
    states = read[1][0] if isinstance(read[1], tuple) else read[1]
    return torch.cat(list(states), dim=1)`;

/** The lines that make predictions of y; `mean` averages the members of an ensemble. */
function readingOf({ target, threshold, network }: ModelSpec): { readonly returns: string; readonly lines: string[] } {
  const mean = (y: string): string => ((network.members ?? 1) > 1 ? `${y}.mean(dim=0)` : y);
  const byTask: Readonly<Record<TargetEncoding['task'], () => { returns: string; lines: string[] }>> = {
    regression() {
      const lines = regressionLines(target as Extract<TargetEncoding, { task: 'regression' }>, mean('y'));
      return { returns: 'the prediction [N, 1] in the unit of the target', lines };
    },
    binary: () => ({
      returns: 'a label for each row, and the probability of each class [N, 2] in the order of CLASSES',
      lines: [
        `second = ${mean('torch.sigmoid(y)')}`,
        'probabilities = torch.cat([1 - second, second], dim=1)',
        `labels = [CLASSES[int(p > ${threshold})] for p in second[:, 0]]`,
        'return {"label": labels, "probabilities": probabilities}',
      ],
    }),
    multiclass: () => ({
      returns: 'a label for each row, and the probability of each class [N, classes] in the order of CLASSES',
      lines: [
        `probabilities = ${mean('torch.softmax(y, dim=-1)')}`,
        'labels = [CLASSES[i] for i in probabilities.argmax(dim=1)]',
        'return {"label": labels, "probabilities": probabilities}',
      ],
    }),
    forecast: () => ({ returns: 'y', lines: ['return {"forecast": y}'] }),
  };
  return byTask[target.task]();
}

const pythonNumber = (value: number): string =>
  Number.isFinite(value) ? String(value) : `float("${value > 0 ? 'inf' : '-inf'}")`;

function regressionLines(target: Extract<TargetEncoding, { task: 'regression' }>, z: string): string[] {
  const [low, high] = standardise(target, [target.min, target.max]);
  const value = `${z}.clamp(${pythonNumber(low! - 0.1)}, ${pythonNumber(high! + 0.1)}) * ${target.std} + ${target.mean}`;
  return [`value = ${value}`, `return {"prediction": ${target.log ? 'torch.exp(value)' : 'value'}}`];
}

const reader = `def read_safetensors(path):
    """The arrays of a safetensors file of float32."""
    data = Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    body = bytearray(data[8 + size:])

    def array(entry):
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(body, dtype=torch.float32, offset=begin, count=(end - begin) // 4)
        return flat.reshape(entry["shape"]).clone()

    return {name: array(entry) for name, entry in header.items()}`;

const load = (kind: string): string => `def load(path=Path(__file__).with_suffix(".safetensors")):
    """The trained network, ready to predict; go on training it with .train()."""
    model = ${kind}()
    model.load_state_dict(read_safetensors(path))
    return model.eval()`;

function moduleText(spec: ModelSpec): string {
  const layers = place(spec.network, inputShapeOf(spec.input));
  const members = spec.network.members ?? 1;
  const input = torchInput(spec.input);
  const reading = readingOf(spec);
  const classes = 'classes' in spec.target ? [`CLASSES = ${JSON.stringify(spec.target.classes)}`] : [];
  const keepsStates = everyLayer(layers).some(
    ({ spec: layer }) => 'returnSequences' in layer && !layer.returnSequences,
  );
  const predict = [
    'def predict(model, rows):',
    `    """For ${input.about}: ${reading.returns}."""`,
    '    with torch.no_grad():',
    '        y = model(encode(rows))',
    ...reading.lines.map(line => `    ${line}`),
  ].join('\n');
  const parts = [
    ...classes,
    networkClass(layers),
    ...(members > 1 ? [ensembleClass(members)] : []),
    ...(keepsStates ? [lastState] : []),
    ...input.code,
    predict,
    reader,
    load(members > 1 ? 'Ensemble' : 'Network'),
  ];
  const head = [
    `# Written by Hillock ${version}; needs PyTorch alone. The file of the same name that ends in .safetensors has the weights.`,
    '#',
    '#     model = load()',
    `#     predict(model, ${input.example})`,
    ...['datetime', 'json', 'math']
      .filter(name => parts.some(part => part.includes(`${name}.`)))
      .map(name => `import ${name}`),
    'from pathlib import Path',
    '',
    'import torch',
    'import torch.nn.functional as F',
    'from torch import nn',
  ].join('\n');
  return `${[head, ...parts].join('\n\n\n')}\n`;
}

export const torchFormat: ExportFormat = {
  format: 'torch',
  about: 'A readable module of PyTorch, preparation of the columns included, and its weights as safetensors.',
  extensions: ['.py', '.safetensors'],
  write: model => [
    { extension: '.py', data: moduleText(model.spec) },
    { extension: '.safetensors', data: encodeState(model) },
  ],
};
