/** Every kind of picture by name, so that one that was made elsewhere can be drawn from its data alone. */
import { type Bars, barsNumbers, drawBars } from './bars.ts';
import { type ConfusionMatrix, confusionNumbers, drawConfusion } from './confusion.ts';
import type { DrawContext } from './context.ts';
import { type Curves, curvesNumbers, drawCurves } from './curves.ts';
import { drawHeatMap, type HeatMap, heatMapNumbers } from './heat-map.ts';
import { drawHistogram, type Histogram, histogramNumbers } from './histogram.ts';
import type { Look, Numbers } from './look.ts';
import { drawNetwork, networkNumbers } from './network.ts';
import type { NetworkPicture } from './network-layout.ts';
import type { Palette } from './palette.ts';
import { drawParallel, type Parallel, parallelNumbers } from './parallel.ts';
import { drawScatter, type Scatter, scatterNumbers } from './scatter.ts';
import { svgContext } from './svg.ts';

/** What each kind of picture is made from. */
export interface FigureModels {
  readonly bars: Bars;
  readonly confusion: ConfusionMatrix;
  readonly curves: Curves;
  readonly heatMap: HeatMap;
  readonly histogram: Histogram;
  readonly network: NetworkPicture;
  readonly parallel: Parallel;
  readonly scatter: Scatter;
}

export type FigureKind = keyof FigureModels;

/** A picture as plain data. */
export type Figure = {
  readonly [Kind in FigureKind]: {
    readonly kind: Kind;
    /** A word that names it in files and addresses. */
    readonly id: string;
    readonly title: string;
    /** What is to be seen, in a sentence. */
    readonly says: string;
    /** How high it should be at a width, in CSS pixels. */
    readonly height: number;
    readonly model: FigureModels[Kind];
  };
}[FigureKind];

interface Draws<Model> {
  draw(context: DrawContext, model: Model, look: Look): unknown;
  numbers(model: Model): Numbers;
}

const kinds: { readonly [Kind in FigureKind]: Draws<FigureModels[Kind]> } = {
  bars: { draw: drawBars, numbers: barsNumbers },
  confusion: { draw: drawConfusion, numbers: confusionNumbers },
  curves: { draw: drawCurves, numbers: curvesNumbers },
  heatMap: { draw: drawHeatMap, numbers: heatMapNumbers },
  histogram: { draw: drawHistogram, numbers: histogramNumbers },
  network: { draw: drawNetwork, numbers: networkNumbers },
  parallel: { draw: drawParallel, numbers: parallelNumbers },
  scatter: { draw: drawScatter, numbers: scatterNumbers },
};

const drawsOf = ({ kind }: Figure): Draws<unknown> => kinds[kind] as Draws<unknown>;

export function drawFigure(context: DrawContext, figure: Figure, look: Look): void {
  drawsOf(figure).draw(context, figure.model, look);
}

export const figureNumbers = (figure: Figure): Numbers => drawsOf(figure).numbers(figure.model);

export interface FigureSvgOptions {
  readonly width: number;
  readonly palette: Palette;
  /** Paint the ground too, for a file of its own. */
  readonly ground?: boolean;
  /** What the identifiers begin with; another for each of several pictures in one page. */
  readonly prefix?: string;
}

/** A picture as SVG text; its title is what it shows. */
export function figureSvg(figure: Figure, { width, palette, ground = false, prefix }: FigureSvgOptions): string {
  const context = svgContext(width, figure.height, {
    title: `${figure.title}. ${figure.says}`,
    prefix: prefix ?? figure.id,
    ...(ground ? { background: palette.background } : {}),
  });
  drawFigure(context, figure, { width, height: figure.height, palette });
  return context.svg();
}
