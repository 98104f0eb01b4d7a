/** Rows of images: channels first, in training as in the saved model. */
import { expect, test } from 'vitest';
import { makeImages } from '../data/index.ts';

import { modelGraph } from '../model/index.ts';
import { initialise, place } from '../nn/index.ts';
import { compute } from '../nn/testing.case.ts';
import { random } from '../random.ts';
import { prepareImages } from './prepare-images.ts';

const rng = random('pictures');
const pictures = (source: string, rows: number) =>
  makeImages({
    source,
    rows,
    shape: [2, 3, 4],
    pixels: Uint8Array.from({ length: rows * 24 }, () => rng.below(256)),
    labels: Int32Array.from({ length: rows }, (_, i) => i % 2),
    classNames: ['a', 'b'],
  });
const train = pictures('train', 20);
const own = pictures('test', 3);

test('the rows of training are the rows of the saved model, test images after the others', async () => {
  const { job, input: source, target } = prepareImages({ kind: 'images-split', source: 'x', train, test: own }, {});
  expect(job.x.shape).toEqual([23, 4, 2, 3]);
  expect(job.testRows).toEqual(Int32Array.of(20, 21, 22));
  // Row 21, channel 2, pixel (1, 2): of the second test image.
  expect(job.x.data[21 * 24 + 2 * 6 + 1 * 3 + 2]).toBe(own.pixels[24 + (1 * 3 + 2) * 4 + 2]);
  const layers = place(job.network, job.inputShape);
  const spec = {
    version: 1,
    hillock: '',
    created: '',
    input: source,
    network: job.network,
    target,
    threshold: 0.5,
  } as const;
  const { encoded, graph } = modelGraph(spec, initialise(layers, rng));
  const pixels = Uint8Array.from([...train.pixels, ...own.pixels]);
  const rows = await compute(
    graph.inputs,
    { encoded },
    { image: { dtype: 'uint8', shape: [23, 2, 3, 4], data: pixels } },
  );
  const scaled = Float32Array.from(job.x.data as Uint8Array, value => Math.fround(value * Math.fround(1 / 255)));
  expect(rows.encoded).toEqual(scaled);
});

test('the recipe flattens the images for its dense layers', () => {
  const { job } = prepareImages({ kind: 'images-split', source: 'x', train }, { hidden: [5] });
  expect(place(job.network, job.inputShape).map(({ name, outputShape }) => `${name} [${outputShape}]`)).toEqual([
    'flatten1 [24]',
    'dense1 [5]',
    'dropout1 [5]',
    'dense2 [2]',
  ]);
});
