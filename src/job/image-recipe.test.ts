/** What images get when nobody says more. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { targets } from '../model/testing.case.ts';
import { conv2d, flatten, network, parameterCount, place } from '../nn/index.ts';
import { type ImageData, imageRecipe } from './image-recipe.ts';
import type { RecipeOptions } from './recipe.ts';

const digits: ImageData = { rows: 54_000, shape: [1, 28, 28] };
const photographs: ImageData = { rows: 9000, shape: [3, 32, 32] };
const recipe = (data: ImageData, asked: RecipeOptions = {}) => imageRecipe(targets.multiclass, data, asked);
const kinds = (data: ImageData, asked: RecipeOptions = {}): readonly string[] =>
  recipe(data, asked).network.layers.map(({ kind }) => kind);

describe('the network', () => {
  test('convolutions where there is room for them, dense layers else', () => {
    expect(kinds(digits)).toContain('conv2d');
    expect(kinds({ ...digits, shape: [1, 16, 40] })).toContain('conv2d');
    expect(kinds({ ...digits, shape: [1, 15, 40] })).not.toContain('conv2d');
  });

  test('what only dense layers have asks for them', () => {
    for (const asked of [{ hidden: [20] }, { members: 2 }, { model: 'mlp' }, { model: 'linear' }] as const) {
      expect(kinds(digits, asked)).not.toContain('conv2d');
      expect(kinds(digits, asked)[0]).toBe('flatten');
    }
    expect(kinds({ ...digits, shape: [1, 8, 8] }, { model: 'cnn' })).toContain('conv2d');
  });

  test('for digits has fewer than 100,000 parameters', () => {
    const { network: spec } = imageRecipe(
      { ...targets.multiclass, classes: [...'0123456789'] } as typeof targets.multiclass,
      digits,
      {},
    );
    expect(parameterCount(place(spec, digits.shape))).toBeLessThan(100_000);
  });

  test('ends in a map of a few pixels and the classes, for any size', () => {
    const side = fc.integer({ min: 4, max: 300 });
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 4), side, side, (channels, height, width) => {
        const shape = [channels, height, width] as const;
        const layers = place(recipe({ rows: 500, shape }, { model: 'cnn' }).network, shape);
        const map = layers.find(({ spec }) => spec.kind === 'global-average-pool')!.inputShape;
        expect(Math.min(map[1]!, map[2]!)).toBeGreaterThanOrEqual(2);
        expect(Math.min(map[1]!, map[2]!)).toBeLessThanOrEqual(channels < 3 ? 9 : 5);
        expect(layers.at(-1)!.outputShape).toEqual([3]);
      }),
    );
  });

  test('activation and dropout as asked', () => {
    const { network: spec } = recipe(photographs, { activation: 'silu', dropout: 0 });
    const activations = spec.layers.flatMap(layer => (layer.kind === 'activation' ? [layer.activation] : []));
    expect(new Set(activations)).toEqual(new Set(['silu']));
    expect(spec.layers.map(({ kind }) => kind)).not.toContain('dropout');
  });
});

describe('variants', () => {
  test('digits are moved, photographs also mirrored', () => {
    expect(recipe(digits).options.augment).toEqual({ shift: 2 });
    expect(recipe(photographs).options.augment).toEqual({ shift: 4, flip: 'horizontal', cutout: 8 });
  });

  test('dense layers and networks of a person see the images as they are, unless told', () => {
    expect(recipe(digits, { model: 'mlp' }).options.augment).toBeUndefined();
    expect(recipe(digits, { model: network([conv2d(4, 3), flatten()]) }).options.augment).toBeUndefined();
    expect(recipe(digits, { model: 'mlp', augment: { rotate: 5 } }).options.augment).toEqual({ rotate: 5 });
    expect(recipe(photographs, { augment: {} }).options.augment).toBeUndefined();
    expect(recipe(photographs, { augment: { cutout: 8 } }).options.augment).toEqual({ cutout: 8 });
  });

  test('an amount as large as the image is refused', () => {
    expect(() => recipe(digits, { augment: { shift: 28 } })).toThrow(/shift by 28 pixels.*28×28/);
    expect(() => recipe(digits, { augment: { shift: 2, cutout: 40 } })).toThrow(/cutout by 40/);
    expect(recipe(digits, { augment: { cutout: 27 } }).options.augment).toEqual({ cutout: 27 });
  });
});
