/** A Vite app: the bundler finds Hillock's worker and ONNX Runtime's files by itself. */
import { dense, HillockError, network, table, train } from 'hillock/web';

const show = (id: string, value: unknown): void => {
  document.getElementById(id)!.textContent = String(value);
};

async function learn(): Promise<void> {
  const people = await table('people.csv', { target: 'obese' });
  const run = train(network([dense(16, 'relu'), dense(8, 'relu')]), people, { seed: 1, epochs: 40, baseline: false });
  for await (const event of run) {
    if (event.event === 'notice') show('notice', event.message);
    if (event.event === 'epoch')
      show('progress', `epoch ${event.epoch} of ${event.epochs}, loss ${event.loss.toFixed(3)}`);
  }
  const model = await run.result;
  show('accuracy', model.metrics.test.accuracy);
  const [person] = (await model.predict([{ gender: 'female', age: 51, height: 1.6, weight: 90 }])).rows;
  show('probability', person!.probabilities![1]);
}

document.getElementById('train')!.addEventListener('click', () => {
  learn().catch((error: unknown) => {
    show('problem', error instanceof HillockError ? `${error.message}: ${error.hint ?? ''}` : error);
  });
});
