import { runtimeContract } from './runtime.case.ts';
import { nodeWasmRuntime } from './wasm-node.ts';

runtimeContract('onnxruntime-web', () => nodeWasmRuntime());
