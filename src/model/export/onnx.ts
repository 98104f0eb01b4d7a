import { encodeArtifact } from '../artifact.ts';
import type { ExportFormat } from './format.ts';

export const onnxFormat: ExportFormat = {
  format: 'onnx',
  about: 'The whole model as it is in its run: raw columns in, prediction out, for any ONNX runtime.',
  extensions: ['.onnx'],
  write: ({ spec, parameters, report, file }) => [
    { extension: '.onnx', data: file ?? encodeArtifact(spec, parameters, report) },
  ],
};
