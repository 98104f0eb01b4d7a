/** From raw columns, or pixels, to the rows that a network takes, in Python. */

import { HillockError } from '../../errors.ts';
import { type Encoder, encodedParts, type PixelEncoding } from '../../features/index.ts';
import type { ModelInput } from '../spec.ts';
import { identifiers } from './identifiers.ts';
import { encodingCall, encodingFunctions, functions } from './torch-encodings.ts';

/** How a model is fed. */
export interface TorchInput {
  /** The function `encode` and what it calls. */
  readonly code: readonly string[];
  /** What the argument of `predict` is, and an example of it. */
  readonly about: string;
  readonly example: string;
}

const columnReaders = {
  number: `def numbers(columns, name):
    """A column of numbers [N, 1]; what is not there, is None or is not finite is missing."""
    cells = columns.get(name)
    if cells is None:
        return torch.full((row_count(columns), 1), math.nan)
    found = [math.nan if cell is None else float(cell) for cell in cells]
    x = torch.tensor(found, dtype=torch.float64).reshape(-1, 1)
    return torch.where(x.isfinite(), x.clamp(-1e37, 1e37), torch.full_like(x, math.nan)).float()`,
  date: `def dates(columns, name):
    """A column of dates, ISO texts or days since 1970-01-01 as numbers [N, 1]."""
    def days(cell):
        if cell is None or cell != cell or cell == "":
            return math.nan
        if isinstance(cell, (int, float)):
            return float(cell)
        if isinstance(cell, datetime.date) and not isinstance(cell, datetime.datetime):
            cell = datetime.datetime(cell.year, cell.month, cell.day)
        elif not isinstance(cell, datetime.datetime):
            cell = datetime.datetime.fromisoformat(str(cell).strip())
        if cell.tzinfo is None:
            cell = cell.replace(tzinfo=datetime.timezone.utc)
        return cell.timestamp() / 86400

    cells = columns.get(name)
    return numbers({name: [math.nan] * row_count(columns) if cells is None else [days(cell) for cell in cells]}, name)`,
  text: `def texts(columns, name):
    """A column of words as a list of texts, "" = missing."""
    cells = columns.get(name)
    if cells is None:
        return [""] * row_count(columns)
    wrong = next((cell for cell in cells if isinstance(cell, bool)), None)
    if wrong is not None:
        raise TypeError(f"{name}: expected words, got {wrong}")
    return ["" if cell is None or cell != cell else str(cell).strip() for cell in cells]`,
} as const;

const rowCount = `def row_count(columns):
    return len(next(iter(columns.values()))) if isinstance(columns, dict) else len(columns)`;

const check = (names: readonly string[]): string => `def check(columns):
    """Whether these are columns of the network, all of the same length."""
    names = ${JSON.stringify(names)}
    found = [name for name in names if hasattr(columns, "get") and columns.get(name) is not None]
    if not found:
        raise TypeError(f"expected a dict of lists or a DataFrame with the columns {', '.join(names)}")
    bare = next((name for name in found if isinstance(columns[name], str) or not hasattr(columns[name], "__len__")), None)
    if bare is not None:
        raise TypeError(f"{bare}: expected a list of values, one for each row, got {columns[bare]!r}")
    lengths = {name: len(columns[name]) for name in found}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"expected as many values in every column, got {lengths}")`;

const readerNames = { number: 'numbers', date: 'dates', text: 'texts' } as const;

function tableInput(encoder: Encoder): TorchInput {
  const { columns } = encoder;
  const parts = encodedParts(encoder);
  const variables = identifiers(
    columns.map(({ name }) => name),
    ['columns', 'check', 'torch', 'math', ...Object.values(readerNames), ...Object.keys(functions)],
  );
  const types = new Set(columns.map(({ type }) => type));
  const readers = (['number', 'date', 'text'] as const).filter(
    type => types.has(type) || (type === 'number' && types.has('date')),
  );
  const encode = [
    'def encode(columns):',
    '    """Raw columns (a dict of lists or a DataFrame) as the rows that the network takes."""',
    '    check(columns)',
    ...columns.map(
      ({ name, type }, i) => `    ${variables[i]} = ${readerNames[type]}(columns, ${JSON.stringify(name)})`,
    ),
    '    return torch.cat([',
    ...parts.map(part => `        ${encodingCall(part, variables[part.source]!)},`),
    '    ], dim=1)',
  ].join('\n');
  const names = columns.map(({ name }) => `${JSON.stringify(name)}: [...]`);
  return {
    code: [
      rowCount,
      check(columns.map(({ name }) => name)),
      ...readers.map(type => columnReaders[type]),
      ...encodingFunctions(parts),
      encode,
    ],
    about: 'raw columns by name, a dict of lists or a DataFrame; a column that is not there is missing',
    example: `{${names.join(', ')}}`,
  };
}

function imageInput({ shape: [height, width, channels], mean, std }: PixelEncoding): TorchInput {
  const each = (values: readonly number[]): string => `torch.tensor(${JSON.stringify(values)}).reshape(-1, 1, 1)`;
  const encode = [
    'def encode(images):',
    `    """Pixels 0 to 255 [N, ${height}, ${width}, ${channels}] as maps [N, ${channels}, ${height}, ${width}]."""`,
    '    pixels = torch.as_tensor(images)',
    `    if tuple(pixels.shape[1:]) != (${height}, ${width}, ${channels}):`,
    `        raise ValueError(f"expected pixels [N, ${height}, ${width}, ${channels}], got {list(pixels.shape)}")`,
    '    maps = pixels.permute(0, 3, 1, 2).float() / 255',
    `    return (maps - ${each(mean)}) / ${each(std)}`,
  ].join('\n');
  return { code: [encode], about: `pixels 0 to 255 [N, ${height}, ${width}, ${channels}]`, example: 'images' };
}

type OfKind<K> = Extract<ModelInput, { readonly kind: K }>;

/** Every kind of input; one that is not here does not compile. */
const inputs: { readonly [K in ModelInput['kind']]: (input: OfKind<K>) => TorchInput } = {
  table: ({ encoder }) => tableInput(encoder),
  images: imageInput,
  series() {
    throw new HillockError(
      'usage',
      'a forecast cannot be written as a PyTorch module: its windows are prepared by nodes of the ONNX file',
      'use --to onnx, which any ONNX runtime reads; --to safetensors has the weights',
    );
  },
};

/** How a model is fed in Python; throws `HillockError` kind `usage` for series. */
export const torchInput = (input: ModelInput): TorchInput => inputs[input.kind](input as never);
