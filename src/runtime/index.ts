export { type DeviceRecord, deviceRecords } from './devices.ts';
export type { Runtime, Session, Stepper, Tensors } from './runtime.ts';
