/** A question of dense layers as files in a folder: node RIVAL.mjs FOLDER. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArray } from '../speed/data.mjs';
import { questionOf } from './steps.mjs';

const json = (folder, name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

export function readQuestion(folder) {
  const told = json(folder, 'question.json');
  const [values, inputs, labels, order] = ['own.f32', told.x, 'y.i32', 'order.i32'].map(name =>
    readArray(folder, name),
  );
  return questionOf(told, json(folder, 'own.json'), values, inputs, labels, order);
}
