/** jax-js on WebAssembly: node jax.mjs FOLDER, as speed/answer.mjs tells. */
import * as jax from '@jax-js/jax';
import { answer } from '../speed/answer.mjs';
import { jaxStep } from './jax-step.mjs';
import { readQuestion } from './question.mjs';
import { timedSteps } from './steps.mjs';

await jax.init('wasm');
jax.defaultDevice('wasm');
const question = readQuestion(process.argv[2]);
await answer(timedSteps(question.batch, jaxStep(jax, question)));
