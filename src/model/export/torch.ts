/** A model as a module of PyTorch that needs nothing else, and its weights. */
import { standardise, type TargetEncoding } from '../../features/index.ts';
import { place } from '../../nn/index.ts';
import { version } from '../../version.ts';
import { inputShapeOf, type ModelSpec } from '../spec.ts';
import type { ExportFormat } from './format.ts';
import { encodeState } from './safetensors.ts';
import { torchInput } from './torch-inputs.ts';
import { torchNetwork } from './torch-network.ts';

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
  const { kind, code } = torchNetwork(layers, spec.network.members ?? 1);
  const input = torchInput(spec.input);
  const reading = readingOf(spec);
  const classes = 'classes' in spec.target ? [`CLASSES = ${JSON.stringify(spec.target.classes)}`] : [];
  const predict = [
    'def predict(model, rows):',
    `    """For ${input.about}: ${reading.returns}."""`,
    '    with torch.no_grad():',
    '        y = model(encode(rows))',
    ...reading.lines.map(line => `    ${line}`),
  ].join('\n');
  const parts = [...classes, ...code, ...input.code, predict, reader, load(kind)];
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
