export {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatScore,
} from '../format.ts';
export { type ActivationPicture, activationCurves, drawActivation, drawSmallActivation } from './activation.ts';
export { type Axis, drawPlot, type LegendEntry, type Plot, type PlotParts, within } from './axes.ts';
export { type Bar, type Bars, barsHeight, barsNumbers, drawBars } from './bars.ts';
export { type BiologyPicture, drawBiology } from './biology.ts';
export {
  type ConfusionLayout,
  type ConfusionMatrix,
  confusionLayout,
  confusionNumbers,
  drawConfusion,
} from './confusion.ts';
export { canvasContext, type DrawContext, type Pixels } from './context.ts';
export { type Band, type Curve, type Curves, curvesNumbers, drawCurves, type Mark } from './curves.ts';
export {
  drawFigure,
  type Figure,
  type FigureKind,
  type FigureModels,
  type FigureSvgOptions,
  figureNumbers,
  figureSvg,
} from './figure.ts';
export { drawHeatMap, type HeatMap, heat, heatMapNumbers, heatPixels, rangeOf } from './heat-map.ts';
export { binned, drawHistogram, type Histogram, histogramNumbers } from './histogram.ts';
export { type Box, csvText, type Drawer, fitted, font, type Look, type Numbers, signed } from './look.ts';
export { dashOf, markPath } from './mark.ts';
export { drawNetwork, mostEdges, networkNumbers, reduced, strongestEdges } from './network.ts';
export {
  mostNeurons,
  type NetworkColumn,
  type NetworkLayer,
  type NetworkLayout,
  type NetworkPicture,
  networkLayout,
} from './network-layout.ts';
export { drawNeuron, type NeuronPicture, neuronNumbers, neuronPlaces } from './neuron.ts';
export {
  type Colour,
  classColour,
  diverging,
  hex,
  inkOn,
  luminance,
  type Palette,
  palettes,
  rgb,
  sequential,
} from './palette.ts';
export { drawParallel, type Parallel, type ParallelLine, parallelBox, parallelNumbers } from './parallel.ts';
export { drawPlane, type PlanePicture } from './plane.ts';
export { encodePng } from './png.ts';
export { drawScatter, drawSurface, type Points, type Scatter, type Surface, scatterNumbers } from './scatter.ts';
export { escaped, type SvgContext, type SvgOptions, svgContext } from './svg.ts';
export { extent, type Tick, ticks } from './ticks.ts';
export { drawTiles, type Tile, type TilePlace, type TilesLayout, type TilesPicture, tilesLayout } from './tiles.ts';
