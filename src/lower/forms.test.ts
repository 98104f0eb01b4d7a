/** A form is right wherever it says that it can be taken, also where no rule would take it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grad } from '../grad.ts';
import { input, type Value } from '../graph/index.ts';
import { add, conv, relu } from '../ops/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { blockOf } from '../train/channel-blocks.ts';
import { chainOf, layers } from './chains.case.ts';
import { compared } from './compared.case.ts';
import { blocksOfChannels, type Choice, chooseBy, type Forms, lower, type Site } from './index.ts';

const block = (await blockOf(await nodeRuntime({ threads: 2 }))) ?? undefined;
const b = block ?? 16;
const why = block === undefined ? ' (without blocks of channels: this runtime has none)' : '';

const cases = fc.record({
  names: fc.array(fc.constantFrom(...Object.keys(layers)), { maxLength: 4 }),
  height: fc.integer({ min: 3, max: 20 }),
  width: fc.integer({ min: 3, max: 20 }),
  batch: fc.integer({ min: 1, max: 17 }),
  channels: fc.constantFrom(1, 3, 5, b, 2 * b),
  filters: fc.constantFrom(b, 2 * b, 7),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
});

describe(`forms that are chosen node by node${why}`, () => {
  test('any choice gives the values and gradients of the plain graph', async () => {
    const taken = new Set<string>();
    await fc.assert(
      fc.asyncProperty(cases, async ({ names, height, width, batch, channels, filters, kernel, picks }) => {
        const [x, w] = [input('x', [batch, channels, height, width]), input('first', [filters, channels, ...kernel])];
        const first = conv(x, w, input('shift', [filters]), { pads: [1, 1, 1, 1] });
        const { y, parameters } = chainOf(relu(first), names);
        const read = [x, w, first.node.inputs[2]!, ...parameters];
        const dy = input('dy', y.type.shape);
        let at = 0;
        const pick: Forms['choose'] = ({ role }, forms) => {
          const form = forms[picks[at++ % picks.length]! % forms.length]!;
          taken.add(`${role} ${form}`);
          return form;
        };
        const found = grad(y, read, dy) as Value[];
        await compared([...read, dy], [y, ...found], { scale: 0.1, tolerance: 3e-4, block, pick });
      }),
      { numRuns: 120, seed: 11 },
    );
    for (const role of ['convolution', 'image gradient', 'kernel gradient'])
      for (const form of ['plain', 'Winograd', ...(block === undefined ? [] : ['blocks of channels'])])
        expect(taken).toContain(`${role} ${form}`);
  });
});

test('nodes of the same sizes are one site; others follow the rules', () => {
  const [x, w] = [input('x', [8, 16, 12, 12]), input('w', [16, 16, 3, 3])];
  const padded = { pads: [1, 1, 1, 1] };
  const y = conv(conv(conv(x, w, undefined, padded), w, undefined, padded), input('v', [16, 16, 3, 3]), undefined, {
    pads: [0, 0, 0, 0],
  });
  const sites = (values: readonly Value[], blocked: boolean, choice: Choice = {}): readonly Site[] => {
    const met = new Map<string, Site>();
    const choose = chooseBy(choice, site => met.set(site.key, site));
    lower({ state: [], emit: values }, { blocks: blocked ? blocksOfChannels(16) : null, choose });
    return [...met.values()];
  };
  const ruled = sites([y], true);
  expect(ruled.map(({ taken }) => taken)).toEqual(['Winograd', 'Winograd']);
  expect(ruled[0]!.macs).toBe(8 * 16 * 12 * 12 * 16 * 9);
  const [same] = ruled;
  expect(same!.forms).toEqual(['Winograd', 'blocks of channels', 'plain']);
  const chosen = sites([y], true, { [same!.key]: 'plain' });
  expect(chosen.map(({ taken }) => taken)).toEqual(['plain', 'Winograd']);
  const unknown = sites([y], false, { [same!.key]: 'blocks of channels', 'no such node': 'plain' });
  expect(unknown.map(({ taken }) => taken)).toEqual(['plain', 'Winograd']);
  const strided = conv(x, w, undefined, { strides: [2, 2] });
  expect(sites([add(strided, strided)], true)).toEqual([]);
});
