export { type DeviceRecord, deviceRecords } from './devices.ts';
export type { Runtime, Session, Tensors } from './runtime.ts';
