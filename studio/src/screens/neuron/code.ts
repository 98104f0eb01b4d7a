import type { NeuronSpec } from 'hillock/neuron';

/** The neuron as a program that runs. */
export function codeOf({ weights, bias, activation }: NeuronSpec, row: readonly number[]): string {
  const fields = [
    `weights: [${weights.join(', ')}]`,
    ...(bias === undefined ? [] : [`bias: ${bias}`]),
    `activation: '${activation}'`,
  ];
  return `import { neuron } from 'hillock';

const one = neuron({ ${fields.join(', ')} });
const { z, y } = one.fire([${row.join(', ')}]);
console.log(z, y);
`;
}
