/** Our contestant: node hillock.mjs FOLDER THREADS; for each line with seconds one with what was done in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chosenForms } from '../../dist/rooms/job/chosen-form.js';
import { nodeRuntime } from '../../dist/rooms/runtime/node.js';
import { answer } from './answer.mjs';
import { readArray } from './data.mjs';
import { questionJob, timedFit } from './job-of.mjs';

const [folder, threads] = process.argv.slice(2);
const question = JSON.parse(readFileSync(join(folder, 'question.json'), 'utf8'));
const data = { x: readArray(folder, question.x), y: readArray(folder, 'y.i32') };
const runtime = await nodeRuntime({ threads: Number(threads) });
const forms = await chosenForms(questionJob(question, data), runtime);
await answer(timedFit(question, data, runtime, { forms }));
