import { type BuildOptions, buildTable } from './build.ts';
import type { CellBatch, CellOptions } from './cells.ts';
import type { ChunkFormat } from './chunk-format.ts';
import { delimitedChunks, readDelimited } from './delimited.ts';
import { readJson } from './json.ts';
import type { Table } from './table.ts';

/** A format of text that can be read as a table, in Node and in the browser. */
export interface TextFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** Whether text that begins like this is of the format; asked where the extension does not tell. */
  readonly matches: (beginning: string) => boolean;
  /** How its chunks are read side by side; absent = it is read by one thread. */
  readonly chunks?: ChunkFormat;
  readonly read: (stream: AsyncIterable<Uint8Array>, source: string, options: CellOptions) => AsyncIterable<CellBatch>;
}

/** The formats of text, in the order in which their beginnings are tried. */
export const textFormats: readonly TextFormat[] = [
  {
    name: 'JSON',
    extensions: ['.json', '.jsonl', '.ndjson'],
    matches: beginning => /^\uFEFF?\s*(?:\[\s*(?:\{|\]|$)|\{\s*(?:"|\}|$))/.test(beginning),
    read: readJson,
  },
  {
    name: 'delimited text',
    extensions: ['.csv', '.tsv', '.tab', '.psv', '.txt', '.data', '.dat'],
    matches: () => true,
    chunks: delimitedChunks,
    read: readDelimited,
  },
];

/** The format of a text by the extension of its name (without .gz) or by how it begins. */
export function textFormat(name: string, beginning: string): TextFormat {
  const extension = /\.[^./\\]+$/.exec(name.toLowerCase().replace(/\.gz$/, ''))?.[0] ?? '';
  return textFormats.find(f => f.extensions.includes(extension)) ?? textFormats.find(f => f.matches(beginning))!;
}

/** Reads a table from the bytes of a CSV, TSV, JSON or JSON Lines file. */
export function decodeTable(bytes: Uint8Array, name: string, options: CellOptions & BuildOptions = {}): Promise<Table> {
  const format = textFormat(name, new TextDecoder().decode(bytes.subarray(0, 4096)));
  async function* once(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return buildTable(name, () => format.read(once(), name, options), options);
}
