export { type Change, type Counterfactual, counterfactual, type Row } from './counterfactual.ts';
export { calibrationFigure, type OneClass, oneClass, thresholdFigures } from './figures/answers.ts';
export { importanceFigure } from './figures/importance.ts';
export { learningFigures } from './figures/learning.ts';
export { networkFigure } from './figures/network.ts';
export { answerFigures, cardOf, historyOf, type Overview, overview } from './overview.ts';
export { page } from './page.ts';
export { type CellChoice, type JudgedRow, placesOf, rowAt } from './rows.ts';
export { type Slice, type Slices, slices } from './slices.ts';
