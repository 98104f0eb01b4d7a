import { runtimeContract } from './runtime.case.ts';
import { webRuntime } from './web.ts';

runtimeContract('onnxruntime-web', () => webRuntime());
