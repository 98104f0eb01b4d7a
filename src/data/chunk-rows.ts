/** Rows of a text that is larger than memory, read chunk by chunk on several threads. */
import { random } from '../random.ts';
import { likeOf } from './batch-work.ts';
import { concat } from './bytes.ts';
import type { CellBatch, CellOptions } from './cells.ts';
import type { ChunkFormat } from './chunk-format.ts';
import { type ChunkAnswer, type ChunkTask, type ChunkWorks, readChunk, utf8In, workOn } from './chunk-task.ts';
import type { ChunkReaders } from './chunk-threads.ts';
import { codesOf } from './codes.ts';
import type { TextFormat } from './decode.ts';
import { type Drawing, gathering, type RowSource } from './drawn.ts';
import { longestRecord } from './records.ts';
import type { ReadNote } from './table.ts';
import { decodeText } from './text.ts';

/** A text that can be read again, in a format whose chunks can be read. */
export interface ChunkedText {
  readonly source: string;
  readonly read: () => AsyncIterable<Uint8Array>;
  readonly format: TextFormat & { readonly chunks: ChunkFormat };
  readonly options: CellOptions;
  /** Bytes of a chunk, about; 1 MiB unless told. */
  readonly chunkBytes?: number;
}

/** What was made of rows; before them stood so many lines. */
interface Made<W extends keyof ChunkWorks> extends Pick<ChunkAnswer<W>, 'rows' | 'made'> {
  readonly linesBefore: number;
  readonly notes: readonly ReadNote[];
}

const newline = 10;

/** The rows of a text; those that are drawn follow from it alone, however many threads read. Throws as its format does. */
export const chunkRows = (text: ChunkedText, open: () => ChunkReaders): RowSource => ({
  async draw(size, rng) {
    const gathered = gathering(text.source, size);
    const seeds = random(rng.below(2 ** 32));
    const ask = (chunk: number) => ({ seed: seeds.split(chunk).below(2 ** 32), share: gathered.share() });
    for await (const made of inOrder(text, open, 'draw', ask)) gathered.add(placed(made, gathered.rows()));
    return gathered.drawn();
  },
  async *pieces(columns) {
    const likes = columns.map(likeOf);
    for await (const { rows, made } of inOrder(text, open, 'columns', () => likes)) yield { rows, columns: made };
  },
});

/** A drawing of a chunk as one of the whole text, of which `rows` were read before. */
function placed({ made, linesBefore, notes }: Made<'draw'>, rows: number): Drawing {
  const { batch, places, drawn } = made.draw;
  const own = { ...batch, lines: batch.lines.map(line => line + linesBefore), notes: [...notes, ...batch.notes] };
  return {
    ...made,
    draw: { batch: own, drawn, places: places.map(row => rows + row) },
    rejected: made.rejected.map(one => ({ ...one, line: one.line + linesBefore })),
  };
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly final: boolean;
  readonly number: number;
}

/**
 * What was made of the chunks, in their order. Each is read as if a row began where it does; where the one before turns out to end
 * within a row, it is read again behind what was left of that.
 */
async function* inOrder<W extends keyof ChunkWorks>(
  text: ChunkedText,
  open: () => ChunkReaders,
  work: W,
  ask: (chunk: number) => ChunkWorks[W]['asked'],
): AsyncGenerator<Made<W>> {
  const { source, format, options } = text;
  const chunks = chunksOf(text.read(), text.chunkBytes ?? 1 << 20);
  let readers: ChunkReaders | undefined;
  try {
    const first = (await chunks.next()).value!;
    const begun = await begin(first, text);
    if (!begun) {
      yield* byOneThread(format.read(bytesOf([first], chunks), source, options), 0, work, ask);
      return;
    }
    const { dialect } = begun;
    readers = first.final ? thisThread : open();
    const { read: readChunk, size } = readers;
    const send = (chunk: Chunk) => {
      const { bytes, final, number } = chunk;
      const task: ChunkTask<W> = { work, asked: ask(number), bytes, final, format: format.name, dialect };
      const answer = readChunk(task);
      answer.catch(() => undefined);
      return { chunk, answer };
    };
    let { read, line } = begun;
    let { notes } = dialect;
    let left = none;
    const sent = [send({ ...first, bytes: first.bytes.subarray(read) })];
    for (let head = sent.shift(); head; head = sent.shift()) {
      while (sent.length < 2 * size - 1) {
        const { value } = await chunks.next();
        if (!value) break;
        sent.push(send(value));
      }
      const { chunk, answer } =
        left.length === 0 ? head : send({ ...head.chunk, bytes: concat(left, head.chunk.bytes) });
      const found = await answer;
      if (!found) {
        const rest = bytesOf([chunk, ...sent.map(one => one.chunk)], chunks);
        yield* byOneThread(format.chunks.rest(rest, source, { dialect, bytes: read, line }), chunk.number, work, ask);
        return;
      }
      yield { ...found, linesBefore: line - 1, notes };
      notes = [];
      read += found.consumed;
      line += found.lines;
      left = chunk.bytes.subarray(found.consumed);
      if (left.length > (chunk.final ? 0 : longestRecord)) throw format.chunks.unclosed(source, line);
    }
  } finally {
    await chunks.return(undefined);
    await readers?.close();
  }
}

const none: Uint8Array = new Uint8Array(0);

/** What one chunk needs no threads for. */
const thisThread: ChunkReaders = { size: 1, read: async task => readChunk(task), close: async () => undefined };

/** How a text is written, and the bytes before its rows; undefined where one thread has to read it. */
async function begin({ bytes, final }: Chunk, { source, format, options }: ChunkedText) {
  if (!final && !bytes.includes(newline)) return undefined;
  // Refuses what is no text.
  for await (const piece of decodeText([bytes], source)) void piece;
  const whole = utf8In(bytes);
  if (whole === undefined) return undefined;
  const mark = whole.charCodeAt(0) === 0xfeff ? 1 : 0;
  const text = whole.slice(mark);
  const begun = format.chunks.begin({ text, codes: codesOf(text), final }, source, options);
  return begun && { ...begun, read: new TextEncoder().encode(whole.slice(0, mark + begun.from)).length };
}

/** What is made of the batches of one thread; the first of them counts as chunk `number`. */
async function* byOneThread<W extends keyof ChunkWorks>(
  batches: AsyncIterable<CellBatch>,
  number: number,
  work: W,
  ask: (chunk: number) => ChunkWorks[W]['asked'],
): AsyncGenerator<Made<W>> {
  let next = number;
  for await (const batch of batches)
    yield { rows: batch.rows, made: workOn(batch, { work, asked: ask(next++) }), linesBefore: 0, notes: [] };
}

/** Chunks that end with a line as far as they can; where they end follows from the bytes alone. The last is final, and may be empty. */
async function* chunksOf(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Chunk, undefined> {
  let bytes = none;
  let number = 0;
  for await (const more of stream) {
    bytes = concat(bytes, more);
    for (let end = endOf(bytes, size); end > 0; end = endOf(bytes, size)) {
      yield { bytes: bytes.subarray(0, end), final: false, number: number++ };
      bytes = bytes.subarray(end);
    }
  }
  yield { bytes, final: true, number };
  return undefined;
}

/** Where the first chunk of some bytes ends; 0 where more of them have to come. */
function endOf(bytes: Uint8Array, size: number): number {
  if (bytes.length < size) return 0;
  const end = bytes.lastIndexOf(newline, size - 1) + 1;
  if (end > size / 2) return end;
  const [next, longest] = [bytes.indexOf(newline, size) + 1, 4 * size];
  if (next > 0 && next <= longest) return next;
  return bytes.length < longest ? 0 : longest;
}

async function* bytesOf(chunks: readonly Chunk[], rest: AsyncIterable<Chunk>): AsyncGenerator<Uint8Array> {
  for (const { bytes } of chunks) yield bytes;
  for await (const { bytes } of rest) yield bytes;
}
