/** What programs run on in Node: one record a device. */
import type { Runtime } from './runtime.ts';

export interface DeviceRecord {
  /** What it is, for a person. */
  readonly about: string;
  readonly package: 'onnxruntime-node' | 'onnxruntime-web';
  /** The file that must lie beside the package's native library. */
  readonly library?: string;
  /** The system and processor that the package brings it for; absent = wherever the package has a binary. */
  readonly platforms?: readonly string[];
  /** Loops keep what they carry on the device. */
  readonly loops: boolean;
  /** It may have ONNX Runtime's own convolutions in blocks of channels. */
  readonly blockedConvolutions: boolean;
  /** Every run copies all that it is fed to the memory of the device. */
  readonly copies: boolean;
  /** What to do where it is missing. */
  readonly advice: string;
}

export const deviceRecords: Readonly<Record<Runtime['device'], DeviceRecord>> = {
  cpu: {
    about: 'the processor, by the native build',
    package: 'onnxruntime-node',
    loops: true,
    blockedConvolutions: true,
    copies: false,
    advice: 'run npm ci again; without it training falls back to WebAssembly',
  },
  wasm: {
    about: 'the processor, by WebAssembly',
    package: 'onnxruntime-web',
    loops: true,
    blockedConvolutions: false,
    copies: true,
    advice: 'run npm ci again',
  },
  webgpu: {
    about: 'a GPU by WebGPU, or a processor that plays one',
    package: 'onnxruntime-node',
    platforms: ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-x64', 'darwin-arm64'],
    loops: false,
    blockedConvolutions: false,
    copies: true,
    advice:
      'install the driver of the GPU; on Linux also Vulkan (apt-get install libvulkan1 mesa-vulkan-drivers, which also plays a GPU on the processor), or name a driver in VK_DRIVER_FILES',
  },
  cuda: {
    about: 'a GPU of NVIDIA by CUDA 12',
    package: 'onnxruntime-node',
    library: 'libonnxruntime_providers_cuda.so',
    platforms: ['linux-x64'],
    loops: true,
    blockedConvolutions: false,
    copies: true,
    advice:
      'with CUDA 12, cuDNN 9 and a network: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false; or train on PyTorch with --engine torch --device cuda',
  },
};
