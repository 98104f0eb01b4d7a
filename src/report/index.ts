export { answerFigures, cardOf, historyOf, type Overview, overview } from './overview.ts';
export { page } from './page.ts';
