import { describe, expect, test } from 'vitest';
import { activations } from '../neuron/index.ts';
import { activationCurves } from './activation.ts';
import { drawBiology } from './biology.ts';
import { drawNeuron, type NeuronPicture, neuronNumbers } from './neuron.ts';
import { palettes } from './palette.ts';
import { drawPlane } from './plane.ts';
import { recording } from './recording.case.ts';

const look = { width: 480, height: 240, palette: palettes.light };
const model: NeuronPicture = {
  caption: 'a neuron',
  inputs: [
    { name: 'x₁', x: 2, w: 0.5 },
    { name: 'x₂', x: 3, w: -1 },
  ],
  bias: 0.25,
  z: -1.75,
  y: 0.148,
  activation: { title: 'sigmoid', output: activations.sigmoid.output },
  format: String,
};

describe('one neuron', () => {
  test('every number stands in the picture; an inhibiting synapse is dashed, the stronger the wider', () => {
    const { context, texts, named } = recording();
    drawNeuron(context, model, look);
    for (const text of ['2', '3', 'w₁ 0.5', 'w₂ -1', 'bias 0.25', 'z = -1.75', '0.148', 'sigmoid'])
      expect(texts()).toContain(text);
    const edges = named('stroke').filter(({ stroke }) =>
      [palettes.light.negative, palettes.light.positive].includes(stroke),
    );
    expect(edges.map(({ dash }) => dash.length > 0)).toEqual([false, true, false]);
    expect(edges[1]!.lineWidth).toBeGreaterThan(edges[0]!.lineWidth);
  });

  test('without a bias none is drawn', () => {
    const { context, texts } = recording();
    drawNeuron(context, { ...model, bias: undefined }, look);
    expect(texts().join(' ')).not.toContain('bias');
  });

  test.each([
    [0.2, 'inputs', ['2', '3']],
    [0.4, 'products', ['1', '-3']],
    [0.6, 'z', ['-1.75']],
    [0.9, 'the output', ['0.148']],
  ])('a signal that has come %d of the way carries %s', (signal, _, words) => {
    const still = recording();
    drawNeuron(still.context, model, look);
    const moving = recording();
    drawNeuron(moving.context, { ...model, signal }, look);
    expect(moving.texts().slice(still.texts().length)).toEqual(words);
  });

  test('its numbers as a table', () => {
    expect(neuronNumbers(model).rows).toEqual([
      ['x₁', 2, 0.5, 1],
      ['x₂', 3, -1, -3],
      ['bias', 1, 0.25, 0.25],
      ['z', null, null, -1.75],
      ['ŷ', null, null, 0.148],
    ]);
  });
});

test('the parts of a nerve cell have their names', () => {
  const { context, texts } = recording();
  drawBiology(context, { weights: [1, -1, 0.5], signal: 0.3 }, look);
  expect([...texts()].sort()).toEqual(['axon', 'axon hillock', 'cell body', 'dendrite', 'synapse']);
});

test('f and f′ reach beyond z, and the point lies on f', () => {
  const { output, derivative } = activations.tanh;
  const { curves, marks } = activationCurves({ output, slope: derivative, z: 9, format: String });
  expect(curves[0]!.points.at(-1)![0]).toBeGreaterThan(9);
  expect(marks![0]).toMatchObject({ x: 9, y: Math.tanh(9) });
  const [z, slope] = curves[1]!.points[100]!;
  expect(slope).toBeCloseTo(1 - Math.tanh(z) ** 2, 12);
});

test('the line of the plane goes where z = 0, and the arrow along the weights', () => {
  const { context, named, texts } = recording();
  const range = [-2, 2] as const;
  const plot = drawPlane(
    context,
    { caption: '', x: { label: '', range }, y: { label: '', range }, groups: [], line: { w1: 1, w2: 0, b: -1 } },
    look,
  );
  const ink = named('lineTo').slice(-4);
  const place = plot.toX(1);
  expect(named('moveTo').some(({ args: [x] }) => Math.abs((x as number) - place) < 1e-6)).toBe(true);
  expect(ink[1]!.args[0]).toBeCloseTo(place + 46, 6);
  expect(ink[1]!.args[1]).toBeCloseTo(plot.toY(0), 6);
  expect(texts()).toContain('w');
});
