/** The training jobs that are timed: the same network, data, batch and optimiser for everyone. */
export const questions = {
  'mlp-mnist-sgd': { data: 'digits', layers: [784, 512, 512, 10], batch: 128, optimizer: 'sgd', lr: 0.1, steps: 800 },
  'mlp-mnist-adam': {
    data: 'digits',
    layers: [784, 512, 512, 10],
    batch: 128,
    optimizer: 'adam',
    lr: 0.001,
    steps: 800,
  },
  'tiny-sgd': { data: 'xor', layers: [8, 16, 2], batch: 32, optimizer: 'sgd', lr: 0.1, steps: 20000 },
  'tiny-adam': { data: 'xor', layers: [8, 16, 2], batch: 32, optimizer: 'adam', lr: 0.001, steps: 20000 },
};
