/** Units of recurrent layers, step by step: by hand as the network, and numbers of a cell worked out on paper. */
import { afterAll, describe, expect, it } from 'vitest';
import { plainPixels } from '../features/index.ts';
import { f32 } from '../graph/index.ts';
import { dense, gru, type LayerSpec, lstm, network, reshape, rnn } from '../nn/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { explainCell, statesOf } from './cell.ts';
import { modelOf, pictures } from './testing.case.ts';
import { type Tracer, tracer, valuesAt } from './trace.ts';

const images = pictures();
const opened: Tracer[] = [];
afterAll(() => Promise.all(opened.map(one => one.close())));

async function traced(
  layers: readonly LayerSpec[],
  change?: (parameters: Map<string, ReturnType<typeof f32>>) => void,
) {
  const { spec, parameters } = modelOf({ kind: 'images', ...plainPixels(images.shape) }, network([...layers]));
  change?.(parameters as Map<string, ReturnType<typeof f32>>);
  const found = await tracer(spec, parameters, await nodeRuntime({ threads: 1 }));
  opened.push(found);
  return found.trace(images, [2]);
}

const sequences = { returnSequences: true } as const;
describe('by hand as the network, every unit at every step', () => {
  const families: readonly (readonly [string, LayerSpec])[] = [
    ['rnn', rnn(3, sequences)],
    ['rnn, relu, the last step', rnn(3, { activation: 'relu' })],
    ['gru', gru(3, sequences)],
    ['gru, both ways', gru(2, { bidirectional: true })],
    ['lstm', lstm(3, sequences)],
    ['lstm, both ways, every step', lstm(2, { bidirectional: true, ...sequences })],
    ['lstm from the end', lstm(2, { reverse: true })],
  ];
  it.each(families)('%s', async (_, layer) => {
    const tail: LayerSpec[] =
      'returnSequences' in layer && layer.returnSequences ? [reshape([-1]), dense(1)] : [dense(1)];
    const trace = await traced([reshape([3, 2]), layer, ...tail]);
    const placed = trace.subject.layers[1]!;
    const units = placed.outputShape.at(-1)!;
    const states = statesOf(trace.subject, placed, valuesAt(trace, trace.layers[1]!.x, 0, 0));
    for (let unit = 1; unit <= units; unit++) {
      const found = explainCell(trace, { layer: placed.name, unit });
      expect(found.steps).toHaveLength(3);
      expect(found.difference).toBeLessThan(1e-6);
      for (const { step, h } of found.steps) expect(states[step - 1]![unit - 1]).toBe(h);
      for (const { gates } of found.steps) {
        for (const { terms, inputSum, recurrentSum } of gates)
          expect(terms.reduce((sum, { product }) => sum + product, 0)).toBeCloseTo(inputSum + recurrentSum, 12);
      }
    }
  });
});

it('one LSTM unit over two steps, as worked out on paper', async () => {
  const trace = await traced([reshape([6, 1]), lstm(1), dense(1)], parameters => {
    parameters.set('lstm1.weight', f32([1, 2, 3, 4], [1, 4]));
    parameters.set('lstm1.recurrent', f32([0.5, -0.5, 1, -1], [1, 4]));
    parameters.set('lstm1.bias', f32([0.1, 1, 0, -0.2], [4]));
  });
  const [first, second] = explainCell(trace, { layer: 'lstm1', unit: 1 }).steps;
  const x = [0, 1].map(i => images.pixels[2 * 6 + i]! / 255);
  const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
  const c1 = sigma(x[0]! + 0.1) * Math.tanh(3 * x[0]!);
  const h1 = sigma(4 * x[0]! - 0.2) * Math.tanh(c1);
  expect(first!.c).toBeCloseTo(c1, 6);
  expect(first!.h).toBeCloseTo(h1, 6);
  const forget = sigma(2 * x[1]! - 0.5 * h1 + 1);
  const c2 = forget * c1 + sigma(x[1]! + 0.5 * h1 + 0.1) * Math.tanh(3 * x[1]! + h1);
  expect(second!.gates.map(({ gate }) => gate)).toEqual(['i', 'f', 'g', 'o']);
  expect(second!.gates[1]!.y).toBeCloseTo(forget, 6);
  expect(second!.c).toBeCloseTo(c2, 6);
  expect(second!.before.h).toBe(first!.h);
});

it('what is not there is told', async () => {
  const trace = await traced([reshape([3, 2]), gru(2), dense(1)]);
  expect(() => explainCell(trace, { layer: 'dense1', unit: 1 })).toThrow(/dense1 carries no state/);
  expect(() => explainCell(trace, { layer: 'gru1', unit: 3 })).toThrow(/gru1 has no unit 3/);
  expect(() => explainCell(trace, { layer: 'gru2', unit: 1 })).toThrow(/no layer 'gru2'/);
});
