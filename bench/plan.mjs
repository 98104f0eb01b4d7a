/**
 * How far the planner is off where others measured or stated numbers: the errors of every group, then every comparison.
 * Usage: npm run bench -- plan
 */
import { detailTable, errorTable } from '../scripts/docs-scale.mjs';

console.log(`${errorTable()}\n\n${detailTable(() => true)}`);
