/** The rows that a run is judged by, one by one: what is true, what was said, how sure it was. */
import { cellValue } from '../data/table.ts';
import { encodePng } from '../draw/index.ts';
import { pixelsAt } from '../explain/index.ts';
import type { JudgedRows } from '../job/judged.ts';
import { predictedClass } from '../train/index.ts';

export interface JudgedRow {
  /** Its place among the judged rows. */
  readonly place: number;
  /** As `hillock inspect --row` takes it; null where the data is another file. */
  readonly row: number | null;
  readonly truth: string | number;
  readonly said: string | number;
  /** Of the class that was said; null for numbers. */
  readonly probability: number | null;
  /** Of the true class; null for numbers. */
  readonly probabilityOfTruth: number | null;
  /** By column; none of an image. */
  readonly cells: Readonly<Record<string, string | number | null>>;
  /** A PNG as a data URL; null of a row of a table. */
  readonly image: string | null;
}

/** Which rows of a classification. */
export interface CellChoice {
  readonly truth?: number | undefined;
  readonly said?: number | undefined;
  /** Only those that are wrong. */
  readonly wrong?: boolean | undefined;
}

/** What was said of a judged row, and how sure the model was of it. */
function answerAt({ scored }: JudgedRows, place: number) {
  const { predictions, truths, outputs } = scored;
  const said = predictedClass(scored, place);
  const probability = (k: number): number => {
    if (outputs > 1) return predictions[place * outputs + k]!;
    return k === 1 ? predictions[place]! : 1 - predictions[place]!;
  };
  return {
    truth: truths[place]!,
    said,
    probability: probability(said),
    probabilityOfTruth: probability(truths[place]!),
  };
}

/** Places of the rows of a cell, surest first; of numbers those that are furthest off first. */
export function placesOf(judged: JudgedRows, classes: readonly string[] | null, choice: CellChoice): readonly number[] {
  const { predictions, truths } = judged.scored;
  const places = Array.from(truths, (_, place) => place);
  if (!classes) {
    const off = (place: number): number => Math.abs(predictions[place]! - truths[place]!);
    return places.sort((a, b) => off(b) - off(a) || a - b);
  }
  const { truth, said, wrong } = choice;
  return places
    .map(place => ({ place, ...answerAt(judged, place) }))
    .filter(one => (truth ?? one.truth) === one.truth && (said ?? one.said) === one.said)
    .filter(one => !wrong || one.truth !== one.said)
    .sort((a, b) => b.probability - a.probability || a.place - b.place)
    .map(({ place }) => place);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A row by its place among the judged ones. */
export function rowAt(judged: JudgedRows, classes: readonly string[] | null, place: number): JudgedRow {
  const { data, rows, numbered, scored } = judged;
  const index = rows[place]!;
  const answer = classes ? answerAt(judged, place) : null;
  return {
    place,
    row: numbered === null ? null : index + numbered,
    truth: answer ? classes![answer.truth]! : scored.truths[place]!,
    said: answer ? classes![answer.said]! : scored.predictions[place]!,
    probability: answer?.probability ?? null,
    probabilityOfTruth: answer?.probabilityOfTruth ?? null,
    cells: data.kind === 'table' ? Object.fromEntries(data.columns.map(one => [one.name, cellValue(one, index)])) : {},
    image: data.kind === 'images' ? `data:image/png;base64,${base64(encodePng(pixelsAt(data, index)))}` : null,
  };
}
