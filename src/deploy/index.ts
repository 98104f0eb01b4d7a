export type { CardContent, CardMetric, ClassScores, ModelCard } from './card.ts';
export { cardText } from './card-text.ts';
export { type DeployParts, writeDeployment } from './folder.ts';
export { type Gate, type Judgement, judge } from './gate.ts';
export { type Interval, intervalOf } from './interval.ts';
export { type CardParts, modelCard } from './make-card.ts';
