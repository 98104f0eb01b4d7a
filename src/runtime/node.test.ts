import { nodeRuntime } from './node.ts';
import { runtimeContract } from './runtime.case.ts';

runtimeContract('onnxruntime-node', () => nodeRuntime());
runtimeContract('onnxruntime-node, one thread', () => nodeRuntime({ threads: 1 }));
