/** What tests of this folder share: small models with drawn weights, and data for them. */
import { makeImages, makeTable, numberColumn, type Table, textColumn } from '../data/index.ts';
import { type Encoder, fitEncoder, type TargetEncoding } from '../features/index.ts';
import { f32, floats, type Tensor } from '../graph/index.ts';
import { inputShapeOf, type ModelInput, type ModelSpec } from '../model/index.ts';
import { initialise, type NetworkSpec, place } from '../nn/index.ts';
import { random } from '../random.ts';

/** People: age and fare decide, sex has two words with some missing, noise tells nothing; survived when fare > 20. */
export function people(rows = 200): Table {
  const rng = random(7);
  const draw = (scale: number) => Array.from({ length: rows }, () => rng.uniform() * scale);
  const fare = draw(40);
  const age = draw(80).map((value, i) => (i % 9 === 0 ? null : value));
  const sex = Array.from({ length: rows }, (_, i) => (i % 13 === 0 ? null : rng.uniform() < 0.5 ? 'male' : 'female'));
  return makeTable('people.csv', [
    numberColumn('age', age),
    numberColumn('fare', fare),
    textColumn('sex', sex),
    numberColumn('noise', draw(1)),
    textColumn(
      'survived',
      fare.map(value => (value > 20 ? 'yes' : 'no')),
    ),
  ]);
}

export const survived: TargetEncoding = { version: 1, name: 'survived', task: 'binary', classes: ['no', 'yes'] };

export const encoderOf = (table: Table, target: string): Encoder =>
  fitEncoder(
    table,
    Int32Array.from({ length: table.rows }, (_, i) => i),
    { target },
  ).encoder;

export interface Model {
  readonly spec: ModelSpec;
  readonly parameters: Map<string, Tensor>;
}

/** A model of these layers with weights and biases drawn from N(0, 1) / 2. */
export function modelOf(input: ModelInput, network: NetworkSpec, target: TargetEncoding = survived): Model {
  const spec: ModelSpec = {
    version: 1,
    hillock: '0.0.0',
    created: '2026-01-01T00:00:00.000Z',
    input,
    network,
    target,
    threshold: 0.5,
  };
  const rng = random(11);
  const parameters = new Map<string, Tensor>();
  for (const [name, { shape, data }] of initialise(place(network, inputShapeOf(input)), random(3))) {
    const positive = name.endsWith('running_var');
    const drawn = Float32Array.from(floats({ dtype: 'float32', shape, data }), value =>
      value === 0 && !/bias|running|norm/.test(name) ? 0 : positive ? 0.5 + rng.uniform() : rng.normal() / 2,
    );
    parameters.set(name, f32(drawn, shape));
  }
  return { spec, parameters };
}

/** Ten grey images of 3 × 2 pixels with two classes. */
export function pictures() {
  const rng = random(5);
  return makeImages({
    source: 'pictures',
    rows: 10,
    shape: [3, 2, 1],
    pixels: Uint8Array.from({ length: 60 }, () => rng.below(256)),
    labels: Int32Array.from({ length: 10 }, (_, i) => i % 2),
    classNames: ['a', 'b'],
  });
}
