/** What every layer of a trained network makes of one row, as pictures. */
import { barsHeight, type Figure } from '../../draw/index.ts';
import { type Answer, type LayerTrace, type Trace, valuesAt } from '../../explain/index.ts';
import { formatCount } from '../../format.ts';
import { kindOf } from '../../nn/index.ts';

const mostMaps = 64;
const mostClasses = 10;

/** Maps side by side, with a gap of one number around each; a vector or a sequence as a matrix. */
function asMatrix(values: Float32Array, shape: readonly number[]) {
  const [maps, height, width] = shape as [number, number, number];
  if (shape.length === 2) return { values: Array.from(values), rows: maps, columns: height };
  if (shape.length === 1) {
    const columns = Math.ceil(Math.sqrt(maps * 4));
    const rows = Math.ceil(maps / columns);
    return { values: Array.from({ length: rows * columns }, (_, i) => values[i] ?? Number.NaN), rows, columns };
  }
  const shown = Math.min(maps, mostMaps);
  const across = Math.ceil(Math.sqrt((shown * 2 * height) / width));
  const down = Math.ceil(shown / across);
  const [rows, columns] = [down * (height + 1) - 1, across * (width + 1) - 1];
  const drawn = new Array<number>(rows * columns).fill(Number.NaN);
  for (let map = 0; map < shown; map++) {
    const [top, left] = [Math.floor(map / across) * (height + 1), (map % across) * (width + 1)];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) drawn[(top + y) * columns + left + x] = values[(map * height + y) * width + x]!;
  }
  return { values: drawn, rows, columns };
}

const words: readonly ((shape: readonly number[]) => string)[] = [
  ([units]) => `${formatCount(units!)} neurons`,
  ([rows, columns]) => `${formatCount(rows!)} × ${formatCount(columns!)} numbers`,
  ([maps, height, width]) =>
    `${formatCount(maps!)} maps of ${height} × ${width}${maps! > mostMaps ? `, the first ${mostMaps} of them` : ''}`,
];

const firstSentence = (text: string): string => `${text.split(/[.:](?: |$)/, 1)[0]}.`;

function layerFigure(trace: Trace, { layer, y }: LayerTrace): Figure {
  const shape = layer.outputShape as readonly number[];
  const matrix = asMatrix(valuesAt(trace, y, 0, 0), shape);
  const what = words[shape.length - 1]!(shape);
  return {
    kind: 'heatMap',
    id: `layer-${layer.name}`,
    title: `${layer.name}: ${what}`,
    says: `What comes out of it. ${firstSentence(kindOf(layer.spec).about)}`,
    height: Math.max(40, Math.min(260, Math.round((300 * matrix.rows) / matrix.columns))),
    model: { caption: `What ${layer.name} makes of the row`, ...matrix, scale: 'signed', square: true },
  };
}

/** Every layer that makes something of what it is given, for the first traced row; of an ensemble its first network. */
export const layersFigures = (trace: Trace): readonly Figure[] =>
  trace.layers
    .filter(({ layer }) => !kindOf(layer.spec).keepsInputs && layer.outputShape.length <= words.length)
    .map(one => layerFigure(trace, one));

/** How probable each class is; null for numbers. */
export function answerFigure({ value, probabilities }: Answer): Figure | null {
  if (!probabilities) return null;
  const bars = probabilities.slice(0, mostClasses).map(one => ({ label: one.class, value: one.probability }));
  const model = { caption: 'How probable each class is', measure: 'probability', bars };
  return {
    kind: 'bars',
    id: 'answer',
    title: `It says ${value}`,
    says: `How probable the network holds each class${probabilities.length > mostClasses ? `; the first ${mostClasses} of ${probabilities.length}` : ''}.`,
    height: barsHeight(model),
    model,
  };
}
