export { decodeModel, type ModelContents } from './decode.ts';
export { encodeModel, type ModelOptions } from './encode.ts';
export { decodeProgram, type ForeignNode, type ForeignProgram, type ForeignTensor } from './program.ts';
