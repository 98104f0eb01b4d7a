import { nodeRuntime } from './node.ts';
import { runtimeContract } from './runtime.case.ts';

runtimeContract('onnxruntime-node on WebGPU', () => nodeRuntime({ device: 'webgpu' }), [
  { reason: 'a GPU reads nothing beyond the end and goes on', tests: ['keeps going after a failed run'] },
]);
