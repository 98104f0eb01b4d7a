import { describe, expect, test } from 'vitest';
import { hillock } from './hillock.ts';

const obesity = ['neuron', '--weights', '0.2,0.00001', '--inputs', '4,80', '--bias', '1', '--activation', 'sigmoid'];

describe('hillock neuron', () => {
  test('writes out the calculation and draws the point', () => {
    const { code, stdout, stderr } = hillock(obesity);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "      input x  weight w  product x·w
      ────────────────────────────────────
      x1          4   0.2           0.8
      x2         80   0.00001       0.0008
      ────────────────────────────────────
      sum                           0.8008
      bias                          1
      ────────────────────────────────────
      z                             1.8008

      z = 1.8008  (pre-activation: sum + bias)
      ŷ = 0.8582  (post-activation: sigmoid(z) = 1 / (1 + e^(-z)))
      class B  (ŷ above the threshold 0.5, else A)

           ŷ = sigmoid(z)
      1.0 ┤                                          ⢀⣀⡤⠤⠴⠒⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉
          │                     (1.8008, 0.8582) ●⡤⠒⠋⠁
          │                                   ⢀⡴⠊⠁
          │                                 ⢀⠔⠉
          │                               ⢀⡔⠁
          │                              ⡴⠋
      0.5 ┤                            ⣠⠞⠁
          │                          ⢀⠜⠁
          │                        ⣀⠔⠁
          │                     ⢀⡠⠞⠁
          │                 ⢀⣠⠤⠚⠉
      0.0 ┤⣀⣀⣀⣀⣀⣀⣀⡠⠤⠤⠤⠤⠤⠖⠒⠚⠉⠁
          └┬─────────┬─────────┬─────────┬────────┬─────────┬─────────┬
          -6        -4        -2         0        2         4         6
                                        z
      "
    `);
  });

  test('says the same in ASCII', () => {
    const { stdout } = hillock(obesity, { LC_ALL: 'C' });
    expect(stdout).toMatch(/^[\n\x20-\x7e]*$/);
    expect(stdout).toContain('y = 0.8582');
  });

  test('gives everything as data', () => {
    const { code, events } = hillock([...obesity, '--json']);
    expect(code).toBe(0);
    expect(events).toEqual([
      {
        event: 'result',
        activation: 'sigmoid',
        weights: [0.2, 0.00001],
        terms: [
          { x: 4, w: 0.2, product: 0.8 },
          { x: 80, w: 0.00001, product: expect.closeTo(0.0008, 12) },
        ],
        sum: expect.closeTo(0.8008, 12),
        bias: 1,
        z: expect.closeTo(1.8008, 12),
        y: expect.closeTo(0.8582463, 7),
        slope: expect.closeTo(0.8582463 * (1 - 0.8582463), 6),
        threshold: 0.5,
        class: 'B',
      },
    ]);
  });

  test.each([
    ['step', 0, 1],
    ['relu', 3.02, 3.02],
    ['sigmoid', 3.02, 0.9534695],
    ['tanh', 3.02, 0.9952482],
    ['gelu', -2, -0.0455003],
  ])('%s', (activation, z, y) => {
    const shown = activation === 'step' ? 1e-12 : z;
    const { events } = hillock(['neuron', '--weights', '1', `--inputs=${shown}`, '--activation', activation, '--json']);
    expect(events[0]).toMatchObject({ z: shown, y: expect.closeTo(y, 7) });
  });

  test('has no bias unless one is given', () => {
    const { stdout } = hillock(['neuron', '--weights', '3,-2', '--inputs', '0,0', '--activation', 'relu']);
    expect(stdout).toMatch(/bias +none/);
    const zero = hillock(['neuron', '--weights', '3', '--inputs', '0', '--bias', '0', '--json']);
    expect(zero.events[0]).toMatchObject({ bias: 0 });
  });

  test.each([
    [['--weights', '-0.5,0.3']],
    [['--weights=-0.5,0.3']],
    [['--weights', '-5e-1,3E-1']],
    [['--weights', '-.5, .3']],
  ])('reads %j', weights => {
    const { events } = hillock(['neuron', ...weights, '--inputs', '-1,2', '--json']);
    expect(events[0]).toMatchObject({ weights: [-0.5, 0.3], z: 1.1 });
  });

  test('moves the class with the threshold', () => {
    expect(hillock([...obesity, '--threshold', '0.9']).stdout).toContain('class A');
    expect(hillock([...obesity, '--activation', 'sigmoid']).code).toBe(2);
  });

  test('fires a matrix of rows', () => {
    const args = ['neuron', '--weights', '1,1', '--bias', '-1.5', '--activation', 'step'];
    const rows = ['0,0', '0,1', '1,0', '1,1'].flatMap(row => ['--inputs', row]);
    const { events } = hillock([...args, ...rows, '--json']);
    expect((events[0]!.rows as { y: number }[]).map(row => row.y)).toEqual([0, 0, 0, 1]);
    expect(hillock([...args, ...rows]).stdout).toMatchInlineSnapshot(`
      "step neuron, weights 1, 1, bias -1.5

      row  x1  x2     z  ŷ  class
      ───────────────────────────
        1   0   0  -1.5  0  A
        2   0   1  -0.5  0  A
        3   1   0  -0.5  0  A
        4   1   1   0.5  1  B
      "
    `);
  });

  test('writes out one learning step', () => {
    const args = [
      'neuron',
      '--weights',
      '0.5',
      '--inputs',
      '2',
      '--bias',
      '0',
      '--target',
      '1',
      '--learning-rate',
      '0.5',
    ];
    expect(hillock(args).stdout).toContain('One learning step towards 1 (gradient descent)');
    const y = 1 / (1 + Math.exp(-1));
    expect(hillock([...args, '--json']).events[0]).toMatchObject({
      learning: {
        error: expect.closeTo(1 - y, 12),
        loss: expect.closeTo(-Math.log(y), 12),
        gradients: { weights: [expect.closeTo((y - 1) * 2, 12)], bias: expect.closeTo(y - 1, 12) },
        after: { weights: [expect.closeTo(0.5 + (1 - y), 12)], bias: expect.closeTo(0.5 * (1 - y), 12) },
      },
    });
  });

  test.each([
    [[], '--weights is required'],
    [['--weights', '1'], '--inputs is required'],
    [['--weights', '1,two', '--inputs', '1,2'], '--weights item 2 is not a number: "two"'],
    [['--weights', '1,2', '--inputs', '1'], 'the neuron has 2 weights but got 1 input'],
    [['--weights', '1', '--inputs', 'NaN'], '--inputs item 1 is not a number: "NaN"'],
    [['--weights', '1', '--inputs', '1', '--activation', 'sigmiod'], 'hint: did you mean sigmoid?'],
    [['--weights', '1', '--inputs', '1', '--target', '2'], 'target 1 must be between 0 and 1, not 2'],
  ])('refuses %j with exit code 2', (args, message) => {
    const { code, stdout, stderr } = hillock(['neuron', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
  });
});
