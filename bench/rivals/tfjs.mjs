/** TensorFlow.js on WebAssembly: node tfjs.mjs FOLDER, as speed/answer.mjs tells. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { answer } from '../speed/answer.mjs';
import { readQuestion } from './question.mjs';
import { timedSteps } from './steps.mjs';
import { tfjsStep } from './tfjs-step.mjs';

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');
const question = readQuestion(process.argv[2]);
await answer(timedSteps(question.batch, tfjsStep(tf, question)));
