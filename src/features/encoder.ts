/** The fitted encoder of a table: plain data, the names of what it makes, and its ONNX graph. */
import { z } from 'zod';
import { formatDate } from '../data/dates.ts';
import { HillockError } from '../errors.ts';
import { input, named, type Value } from '../graph/index.ts';
import { concat, slice } from '../ops/index.ts';
import { type CalendarField, calendarFields, calendarValue } from './calendar.ts';
import { kinds, type Part, partSchemas } from './encodings/index.ts';
import { type Seen, seenFits, seenSchema } from './seen.ts';

/** What one raw column becomes. */
export interface EncodedColumn {
  readonly name: string;
  /** Name of the model's input: the column's name where ONNX and JavaScript can carry it. */
  readonly input: string;
  readonly type: 'number' | 'date' | 'text';
  /** How dates are written in text. */
  readonly format?: string | undefined;
  /** The decimal mark of numbers in text when it is not a full stop. */
  readonly decimal?: ',' | undefined;
  readonly parts: readonly Part[];
  /** What is made of the calendar fields of dates. */
  readonly calendar?: readonly CalendarParts[] | undefined;
  /** What the training rows held; absent in the first model files. */
  readonly seen?: Seen | undefined;
}

export interface CalendarParts {
  readonly field: CalendarField;
  readonly parts: readonly Part[];
}

/**
 * Raw columns → rows of `width` float32 numbers, of which the first `numeric` are on a scale and the rest are flags and
 * shares (0 … 1).
 */
export interface Encoder {
  readonly version: 1;
  readonly columns: readonly EncodedColumn[];
  readonly width: number;
  readonly numeric: number;
  /** Name of each encoded column. */
  readonly featureNames: readonly string[];
  /** Position in `columns` of the raw column that each encoded column comes from. */
  readonly featureSources: readonly number[];
}

/** One input of the model that takes raw columns, shape [N, 1]. */
export interface EncoderInput {
  readonly column: string;
  readonly name: string;
  readonly dtype: 'float32' | 'string';
  readonly documentation: string;
}

/** A part at its work: on the column at `source`, or on a calendar field of its dates. */
export interface EncodedPart {
  readonly part: Part;
  readonly source: number;
  readonly field?: CalendarField;
}

const usesOf = (columns: readonly EncodedColumn[], kind: string): readonly EncodedPart[] =>
  columns.flatMap(({ parts, calendar = [] }, source) =>
    [{ parts }, ...calendar].flatMap(view =>
      view.parts.filter(part => part.kind === kind).map(part => ({ ...view, part, source })),
    ),
  );

/** Every part in the order in which the encoded row holds what they make. */
export const encodedParts = ({ columns }: Pick<Encoder, 'columns'>): readonly EncodedPart[] =>
  kinds.flatMap(({ kind }) => usesOf(columns, kind));

const showDate = (days: number): string =>
  Math.abs(days) < 1e6 ? formatDate(Math.round(days)) : `day ${Number(days.toPrecision(9))}`;

function namesOf(columns: readonly EncodedColumn[], { part, source, field }: EncodedPart): readonly string[] {
  const { name, type } = columns[source]!;
  const kind = kinds.find(candidate => candidate.kind === part.kind)!;
  if (field) return kind.names(`${name} ${field}`, part);
  return kind.names(name, part, type === 'date' ? showDate : undefined);
}

/** The encoder made of these columns. */
export function makeEncoder(columns: readonly EncodedColumn[]): Encoder {
  const featureNames: string[] = [];
  const featureSources: number[] = [];
  let numeric = 0;
  for (const kind of kinds) {
    for (const use of usesOf(columns, kind.kind)) {
      const names = namesOf(columns, use);
      featureNames.push(...names);
      featureSources.push(...names.map(() => use.source));
    }
    if (kind.block === 'numeric') numeric = featureNames.length;
  }
  return { version: 1, columns, width: featureNames.length, numeric, featureNames, featureSources };
}

const documentation: Readonly<Record<EncodedColumn['type'], string>> = {
  number: 'number; NaN when missing',
  date: 'days since 1970-01-01 UTC, the fraction is the time of day; NaN when missing',
  text: 'text exactly as in training, without blanks around it; empty when missing',
};

/** The inputs of the model, in the order of the encoder's columns. */
export function encoderInputs(encoder: Encoder): readonly EncoderInput[] {
  return encoder.columns.map(({ name, input, type }) => ({
    column: name,
    name: input,
    dtype: type === 'text' ? 'string' : 'float32',
    documentation: documentation[type],
  }));
}

/** One graph input [rows, 1] for each raw column, in the order of the encoder's columns. */
export const inputValues = (encoder: Encoder): readonly Value[] =>
  encoderInputs(encoder).map(({ name, dtype }) => input(name, ['N', 1], dtype));

/** The raw columns side by side as one graph input [rows, columns]: numbers, and words as their codes. */
export const packedInput = ({ columns }: Encoder): Value => input('rows', ['N', columns.length], 'float32');

/** Where an encoder's graph finds its raw columns. */
interface Source {
  /** [N, 1]. */
  one(column: number): Value;
  /** [N, columns]. */
  several(columns: readonly number[]): Value;
}

const columnSource = (values: readonly Value[]): Source => ({
  one: column => values[column]!,
  several: columns =>
    concat(
      columns.map(column => values[column]!),
      1,
    ),
});

function packedSource(rows: Value): Source {
  const part = (begin: number, end: number): Value =>
    begin === 0 && end === rows.type.shape[1] ? rows : slice(rows, 1, begin, end);
  return {
    one: column => part(column, column + 1),
    several(columns) {
      const runs: { begin: number; end: number }[] = [];
      for (const column of columns) {
        const last = runs.at(-1);
        if (last?.end === column) last.end++;
        else runs.push({ begin: column, end: column + 1 });
      }
      return concat(
        runs.map(({ begin, end }) => part(begin, end)),
        1,
      );
    },
  };
}

/** The encoded rows [N, width] of raw columns: one value [N, 1] for each, float32 or string, or all of them packed. */
export function encoderGraph(encoder: Encoder, raw: readonly Value[] | Value): Value {
  const columns = 'type' in raw ? packedSource(raw) : columnSource(raw);
  const fields = new Map<string, Value>();
  const viewed = ({ source, field }: EncodedPart): Value => {
    if (!field) return columns.one(source);
    const key = `${source} ${field}`;
    const known = fields.get(key) ?? calendarValue(field, columns.one(source));
    fields.set(key, known);
    return known;
  };
  const blocks = kinds.flatMap(kind => {
    const uses = usesOf(encoder.columns, kind.kind);
    if (uses.length === 0) return [];
    const inputs = uses.map(viewed);
    const block = kind.emit(
      uses.map(({ part }) => part),
      inputs,
      uses.some(({ field }) => field) ? concat(inputs, 1) : columns.several(uses.map(({ source }) => source)),
    );
    return [named(block, kind.kind)];
  });
  return concat(blocks, 1);
}

/** What the outputs of a model are called; no input takes these names. */
export const outputNames = ['prediction', 'label', 'probabilities'] as const;

/** A name that ONNX and a JavaScript object can carry, and that is not taken yet: the column's own where possible. */
export function inputName(column: string, index: number, taken: ReadonlySet<string>): string {
  const safe = column.trim() !== '' && column !== '__proto__' && !/\p{Cc}|\p{Surrogate}/u.test(column);
  let name = safe ? column : `column_${index + 1}`;
  while (taken.has(name)) name = `${name}_`;
  return name;
}

const fits = (type: EncodedColumn['type'], parts: readonly Part[]): boolean =>
  parts.every(part => kinds.some(({ kind, of }) => kind === part.kind && of.includes(type)));

const calendarSchema = z
  .object({ field: z.enum(calendarFields), parts: z.array(z.union(partSchemas)).min(1).max(8) })
  .refine(({ parts }) => fits('number', parts), 'encodings of another type');

const columnSchema = z
  .object({
    name: z.string().max(10_000),
    input: z
      .string()
      .max(10_000)
      .refine(name => inputName(name, 0, new Set()) === name, 'not a name for an input'),
    type: z.enum(['number', 'date', 'text']),
    format: z.string().max(100).optional(),
    decimal: z.literal(',').optional(),
    parts: z.array(z.union(partSchemas)).min(1).max(8),
    calendar: z.array(calendarSchema).max(calendarFields.length).optional(),
    seen: seenSchema.optional(),
  })
  .refine(({ type, seen }) => seen === undefined || seenFits(type, seen), 'values of another type')
  .refine(({ type, calendar }) => type === 'date' || calendar === undefined, 'a calendar of something else than dates')
  .refine(({ type, parts }) => fits(type, parts), 'encodings of another type');

const differ = (columns: readonly EncodedColumn[], key: 'name' | 'input') =>
  new Set(columns.map(column => column[key])).size === columns.length;

const encoderSchema = z.object({
  version: z.literal(1),
  columns: z
    .array(columnSchema)
    .min(1)
    .max(20_000)
    .refine(columns => differ(columns, 'name') && differ(columns, 'input'), 'two columns of one name'),
});

/** An encoder read back from JSON that a stranger may have written; what follows from the columns is worked out anew. */
export function parseEncoder(json: unknown): Encoder {
  const result = encoderSchema.safeParse(json, { jitless: true });
  if (result.success) return makeEncoder(result.data.columns);
  const issue = result.error.issues[0]!;
  throw new HillockError(
    'model-file',
    `the encoder of this model is not valid: ${issue.message} at ${issue.path.join('.') || 'its top'}`,
    'the file is damaged or was written by another program',
  );
}
