/** The public surface of `hillock/lab`: a network in a page, trained step by step with every number in sight. */
export { HillockError } from '../errors.ts';
export {
  type DenseSpec,
  dense,
  gru,
  kindOf,
  lstm,
  type NetworkSpec,
  network,
  type Recurrence,
  rnn,
} from '../nn/index.ts';
export { calmerRate, type OptimizerName } from '../optim/index.ts';
export { random } from '../random.ts';
export type { Lab, LabLook } from '../train/lab.ts';
export type { LabTask } from '../train/lab-program.ts';
export type { Arrays, LabData, LabOptions, LabSetup, LabState, LabStep } from '../train/lab-state.ts';
export { lab } from './open-lab.ts';
export type { PageOptions } from './options.ts';
