/** From the cells of a row, or the pixels of an image, to the numbers that a network takes. */
import { HillockError } from '../../errors.ts';
import { kinds } from '../../features/encodings/index.ts';
import { type EncodedColumn, type Encoder, encodedParts, type PixelEncoding } from '../../features/index.ts';
import type { ModelInput } from '../spec.ts';
import { identifiers } from './identifiers.ts';
import { encodingHelpers, encodingLine, encodingNames } from './script-encodings.ts';
import type { Helper, Script } from './script-text.ts';

/** How a model is fed. */
export interface ScriptInput {
  /** The type of what `predict` takes, with its declaration; for TypeScript alone. */
  readonly declaration: string;
  readonly type: string;
  /** What it is, in one sentence. */
  readonly about: string;
  readonly parameter: string;
  encode(t: Script): string;
  readonly helpers: readonly Helper[];
}

const readers: Readonly<Record<EncodedColumn['type'], { readonly name: string; readonly helper: Helper }>> = {
  number: {
    name: 'number',
    helper: {
      text: t => t`/** A cell as float32; NaN = missing. */
function number(cell‹: unknown›, column‹: string›)‹: number› {
  const text = typeof cell === 'string' ? cell.trim() : undefined;
  if (cell === undefined || cell === null || text === '') return NaN;
  const value = text !== undefined || typeof cell === 'boolean' ? Number(cell) : cell;
  if (typeof value !== 'number' || (text !== undefined && Number.isNaN(value))) {
    throw new TypeError(\`\${column}: expected a number, got \${JSON.stringify(cell)}\`);
  }
  return Number.isFinite(value) ? Math.min(Math.max(Math.fround(value), -1e37), 1e37) : NaN;
}`,
    },
  },
  date: {
    name: 'date',
    helper: {
      text: t => t`/** A cell as days since 1970-01-01 UTC in float32; NaN = missing. */
function date(cell‹: unknown›, column‹: string›)‹: number› {
  const text = typeof cell === 'string' ? cell.trim().replace(' ', 'T') : undefined;
  if (cell === undefined || cell === null || text === '') return NaN;
  if (typeof cell === 'number') return Number.isFinite(cell) ? Math.fround(cell) : NaN;
  const local = text !== undefined && /T\\d/.test(text) && !/(Z|[+-]\\d\\d:?\\d\\d)$/.test(text);
  const iso = text !== undefined && /^\\d{4}-\\d\\d($|-\\d\\d)/.test(text);
  const time = cell instanceof Date ? cell.getTime() : iso ? Date.parse(local ? \`\${text}Z\` : text) : NaN;
  if (Number.isNaN(time)) {
    throw new TypeError(\`\${column}: expected a Date, ISO text or days since 1970-01-01, got \${JSON.stringify(cell)}\`);
  }
  return Math.fround(time / 86400000);
}`,
    },
  },
  text: {
    name: 'text',
    helper: {
      text: t => t`/** A cell as a word without blanks around it; '' = missing. */
function text(cell‹: unknown›, column‹: string›)‹: string› {
  if (cell === undefined || cell === null || Number.isNaN(cell)) return '';
  if (typeof cell !== 'string' && typeof cell !== 'number') {
    throw new TypeError(\`\${column}: expected a word, got \${JSON.stringify(cell)}\`);
  }
  return String(cell).trim();
}`,
    },
  },
};

const rowCheck: Helper = {
  text: t => t`/** Throws a TypeError for what holds none of the columns. */
function check(row‹: unknown›, names‹: readonly string[]›)‹: void› {
  if (typeof row === 'object' && row !== null && names.some(name => name in row)) return;
  throw new TypeError(\`expected an object with the columns \${names.join(', ')}, got \${JSON.stringify(row)?.slice(0, 100)}\`);
}`,
};

const mostListed = 60;

function cellType({ type, parts, seen }: EncodedColumn): string {
  if (type === 'number') return 'number';
  if (type === 'date') return 'Date | string | number';
  const levels =
    seen && 'words' in seen && seen.words
      ? seen.words
      : parts.flatMap(part => (part.kind === 'words' ? part.levels : []));
  if (levels.length === 0 || levels.length > mostListed) return 'string';
  return `${levels.map(level => JSON.stringify(level)).join(' | ')} | (string & {})`;
}

function aboutCell({ type, seen }: EncodedColumn): string {
  if (type === 'text') return '';
  const unit = type === 'date' ? ' days since 1970-01-01' : '';
  return seen && 'min' in seen ? `  /** ${seen.min} to ${seen.max}${unit} in training. */\n` : '';
}

const widthOf = (kind: string): ((part: never) => number) => {
  const { names } = kinds.find(candidate => candidate.kind === kind)!;
  return part => names('', part).length;
};

function tableInput(encoder: Encoder): ScriptInput {
  const { columns } = encoder;
  const parts = encodedParts(encoder);
  const names = Object.values(readers).map(({ name }) => name);
  const variables = identifiers(
    columns.map(({ name }) => name),
    [...names, ...encodingNames, 'check', 'row', 'x', 'Float64Array'],
  );
  const cells = columns.map(({ name, type }, i) => {
    const key = JSON.stringify(name);
    return `  const ${variables[i]} = ${readers[type].name}(row[${key}], ${key});`;
  });
  let at = 0;
  const lines = parts.map(part => {
    const line = `  ${encodingLine(part, variables[part.source]!, at)}`;
    at += widthOf(part.part.kind)(part.part as never);
    return line;
  });
  const fields = columns.map(
    column => `${aboutCell(column)}  ${JSON.stringify(column.name)}?: ${cellType(column)} | null | undefined;`,
  );
  const used = new Set(columns.map(({ type }) => type));
  return {
    declaration: `/** A row by the names of its columns; what is not there is missing. */\nexport interface Row {\n${fields.join('\n')}\n}`,
    type: 'Row',
    about: 'a row by the names of its columns; what is not there is missing',
    parameter: 'row',
    encode: t => t`/** The numbers that the network takes of a row. */
function encode(row‹: Row›)‹: Float64Array› {
  check(row, ${JSON.stringify(columns.map(({ name }) => name))});
${cells.join('\n')}
  const x = new Float64Array(${encoder.width});
${lines.join('\n')}
  return x;
}`,
    helpers: [
      rowCheck,
      ...(Object.keys(readers) as EncodedColumn['type'][])
        .filter(type => used.has(type))
        .map(type => readers[type].helper),
      ...encodingHelpers(parts),
    ],
  };
}

function imageInput({ shape: [height, width, channels], mean, std }: PixelEncoding): ScriptInput {
  const size = height * width * channels;
  return {
    declaration: '',
    type: 'ArrayLike<number>',
    about: `the pixels 0 to 255 of an image, [${height}, ${width}, ${channels}] row by row`,
    parameter: 'image',
    encode: t => t`/** Maps [${channels}, ${height}, ${width}] of pixels [${height}, ${width}, ${channels}] 0 to 255. */
function encode(image‹: ArrayLike<number>›)‹: Float64Array› {
  if (image.length !== ${size}) throw new TypeError(\`expected ${size} pixels, got \${image.length}\`);
  const mean = ${JSON.stringify(mean)};
  const std = ${JSON.stringify(std)};
  const x = new Float64Array(${size});
  for (let i = 0; i < ${size}; i++) {
    const channel = i % ${channels};
    x[channel * ${height * width} + Math.floor(i / ${channels})] = (image[i]‹!› / 255 - mean[channel]‹!›) / std[channel]‹!›;
  }
  return x;
}`,
    helpers: [],
  };
}

type OfKind<K> = Extract<ModelInput, { readonly kind: K }>;

/** Every kind of input; one that is not here does not compile. */
const inputs: { readonly [K in ModelInput['kind']]: (input: OfKind<K>) => ScriptInput } = {
  table: ({ encoder }) => tableInput(encoder),
  images: imageInput,
  series() {
    throw new HillockError(
      'usage',
      'a forecast cannot be written as plain code: its windows are prepared by nodes of the ONNX file',
      'use --to onnx, which onnxruntime-web and onnxruntime-node read',
    );
  },
};

/** How a model is fed in plain code; throws `HillockError` kind `usage` for series. */
export const scriptInput = (input: ModelInput): ScriptInput => inputs[input.kind](input as never);
