/** Every form in which a model leaves Hillock: a new one is its file and its line here. */
import type { ExportFormat } from './format.ts';
import { jsonFormat } from './json.ts';
import { onnxFormat } from './onnx.ts';
import { safetensorsFormat } from './safetensors.ts';
import { javascriptFormat, typescriptFormat } from './script.ts';
import { torchFormat } from './torch.ts';

export type { ExportedFile, ExportedModel, ExportFormat } from './format.ts';

export const exportFormats: readonly ExportFormat[] = [
  onnxFormat,
  safetensorsFormat,
  torchFormat,
  typescriptFormat,
  javascriptFormat,
  jsonFormat,
];
