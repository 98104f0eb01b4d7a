import { hostile } from './nightly.ts';

hostile('onnx', 'import-json', 'import-onnx', 'safetensors', 'checkpoint', 'plan', 'report', 'history');
