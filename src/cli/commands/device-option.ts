import type { Device } from '../../job/index.ts';
import { choice } from '../parameters.ts';

/** Names spelled out, so that help does not load what they name; the types know when one is left out. */
const names = Object.keys({ cpu: true, wasm: true, webgpu: true, cuda: true } satisfies Record<
  Device,
  true
>) as Device[];

/** `--device` of a command; `hillock doctor` tells which are there. */
export const deviceOption = (summary: string) => choice('NAME', names, summary);
