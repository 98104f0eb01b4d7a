import { everyLayer, place } from '../../nn/index.ts';
import { encodeSafetensors } from '../safetensors.ts';
import { inputShapeOf } from '../spec.ts';
import type { ExportedModel, ExportFormat } from './format.ts';
import { layoutOf, moduleName, torchState } from './torch-state.ts';

/** The weights as a state_dict, with what the network is in the metadata. */
export function encodeState({ spec, parameters }: Pick<ExportedModel, 'spec' | 'parameters'>): Uint8Array {
  const layers = place(spec.network, inputShapeOf(spec.input));
  const owners = everyLayer(layers).filter(layer => layer.parameters.length > 0);
  const layouts = Object.fromEntries(owners.map(({ name, spec }) => [moduleName(name), layoutOf(spec)]));
  return encodeSafetensors({
    tensors: torchState(spec.network, layers, parameters),
    metadata: new Map([
      ['format', 'pt'],
      ['layout', JSON.stringify(layouts)],
      ['hillock', JSON.stringify(spec)],
    ]),
  });
}

export const safetensorsFormat: ExportFormat = {
  format: 'safetensors',
  about: 'The weights alone, with the names and layouts of a PyTorch state_dict; the metadata says what they are of.',
  extensions: ['.safetensors'],
  write: model => [{ extension: '.safetensors', data: encodeState(model) }],
};
