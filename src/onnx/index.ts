export { decodeModel, type ModelContents } from './decode.ts';
export { encodeModel, type ModelOptions } from './encode.ts';
