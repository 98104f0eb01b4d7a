import { expect, test } from 'vitest';
import { placeFor } from './place.ts';

const ask = (threads: number | undefined, crossOriginIsolated: boolean, cores: number) =>
  placeFor({ device: 'wasm', threads }, { crossOriginIsolated, cores });

test('threads: one a core up to 4 in an isolated page, as many as asked, else one with a word', () => {
  expect(ask(undefined, true, 2)).toEqual({ device: 'wasm', threads: 2, notices: [] });
  expect(ask(undefined, true, 64)).toEqual({ device: 'wasm', threads: 4, notices: [] });
  expect(ask(8, true, 2)).toEqual({ device: 'wasm', threads: 8, notices: [] });
  expect(ask(undefined, false, 1)).toEqual({ device: 'wasm', threads: 1, notices: [] });
  expect(ask(1, false, 8)).toEqual({ device: 'wasm', threads: 1, notices: [] });
  const { threads, notices } = ask(undefined, false, 8);
  expect([threads, notices.length]).toEqual([1, 1]);
  expect(notices[0]).toContain('Cross-Origin-Opener-Policy: same-origin');
});

test('WebGPU where it is there, else WebAssembly with a word', () => {
  const offer = { crossOriginIsolated: false, cores: 4 };
  expect(placeFor({ device: 'webgpu', threads: 1 }, offer)).toEqual({ device: 'webgpu', threads: 1, notices: [] });
  expect(placeFor({ device: 'webgpu', threads: 1 }, { ...offer, lacks: 'no GPU' })).toEqual({
    device: 'wasm',
    threads: 1,
    notices: ['WebGPU is not used: no GPU: going on with WebAssembly'],
  });
});
