/**
 * A page without a bundler. `hillock/` beside it is node_modules/hillock/dist/web, `ort/` holds two files of
 * node_modules/onnxruntime-web/dist, `model/` is a run folder; docs/browser.md tells how to copy them.
 */
import { load, table, train } from './hillock/index.js';

const ort = new URL('ort/', import.meta.url);
const element = id => document.getElementById(id);
const show = (id, value) => {
  element(id).textContent = value;
};
const trying = work => async event => {
  event.preventDefault();
  show('problem', '');
  await work(event).catch(error => show('problem', [error.message, error.hint].filter(Boolean).join(': ')));
};

const model = load('model/', { ort });

element('person').addEventListener(
  'submit',
  trying(async () => {
    const { gender, ...numbers } = Object.fromEntries(new FormData(element('person')));
    const person = {
      gender,
      ...Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, Number(text)])),
    };
    const [first] = (await (await model).predict([person])).rows;
    show('prediction', first.value);
    show('probability', first.probabilities[1]);
  }),
);

element('file').addEventListener(
  'change',
  trying(async () => {
    const data = await table(element('file').files[0], { target: element('target').value });
    const run = train('auto', data, { seed: 1, ort });
    for await (const event of run) {
      if (event.event === 'notice') show('notice', event.message);
      if (event.event === 'epoch') show('progress', `epoch ${event.epoch} of ${event.epochs}, loss ${event.loss}`);
    }
    const trained = await run.result;
    show('accuracy', trained.metrics.test.accuracy);
  }),
);
