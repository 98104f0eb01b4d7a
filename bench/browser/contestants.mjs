/** Contestants in a page: each is given the question and a setting, and answers so many seconds with what it did in them. */
import { pageRuntime } from '../../dist/rooms/runtime/wasm-page.js';
import { jaxStep } from '../rivals/jax-step.mjs';
import { questionOf, timedSteps } from '../rivals/steps.mjs';
import { tfjsStep } from '../rivals/tfjs-step.mjs';
import { timedFit } from '../speed/job-of.mjs';
import { timedProducts } from './products.mjs';

const at = name => new URL(name, location.href).href;
const json = async name => (await fetch(at(`question/${name}`))).json();
const kinds = { u8: Uint8Array, f32: Float32Array, i32: Int32Array };
const array = async name =>
  new kinds[name.split('.').at(-1)](await (await fetch(at(`question/${name}`))).arrayBuffer());

async function forRivals() {
  const told = await json('question.json');
  const arrays = await Promise.all(['own.f32', told.x, 'y.i32', 'order.i32'].map(array));
  return questionOf(told, await json('own.json'), ...arrays);
}

/** Settings are `wasm` or `webgpu`, of ours with a number of threads; `products` are `plain` or `fused`. */
const contestants = {
  async hillock(setting) {
    const [device, threads] = setting.split(' ');
    const told = await json('question.json');
    const data = { x: await array(told.x), y: await array('y.i32') };
    const runtime = { device, threads: Number(threads), ort: at('ort/'), fused: device === 'wasm' };
    return timedFit(told, data, await pageRuntime(runtime));
  },
  async products(setting) {
    const [how, threads] = setting.split(' ');
    return timedProducts(at('ort/'), how, Number(threads));
  },
  async jax(setting) {
    const jax = await import('@jax-js/jax');
    await jax.init(setting);
    jax.defaultDevice(setting);
    const question = await forRivals();
    return timedSteps(question.batch, jaxStep(jax, question));
  },
  async tfjs(setting) {
    const tf = await import('@tensorflow/tfjs');
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(at('tfjs/'));
    if (!(await tf.setBackend(setting))) throw new Error(`TensorFlow.js has no ${setting} here`);
    const question = await forRivals();
    return timedSteps(question.batch, tfjsStep(tf, question));
  },
};

let ask;
globalThis.start = async (name, setting) => {
  ask = await contestants[name](setting);
};
globalThis.ask = seconds => ask(seconds);
globalThis.ready = true;
