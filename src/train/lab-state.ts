/** What a network in hand is set up with, what it goes on from, and one update of it. */
import type { NetworkSpec } from '../nn/index.ts';
import type { OptimizerName } from '../optim/index.ts';
import type { LabTask } from './lab-program.ts';

/** Rows to learn from and to be judged on. */
export interface LabData {
  /** [rows, inputs], row by row. */
  readonly x: Float32Array;
  /** 0 or 1 for a yes or no, of several classes its number from 0, else a number; one a row. */
  readonly y: Float32Array;
  readonly inputs: number;
  readonly trainRows: Int32Array;
  readonly testRows: Int32Array;
}

/** What can be changed between two steps. */
export interface LabOptions {
  readonly batch: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  /** Factors on Σ |w| and on Σ w² / 2 in what is made small. */
  readonly l1: number;
  readonly l2: number;
  readonly seed: number;
}

export interface LabSetup {
  readonly task: LabTask;
  /** Its last layer is linear with one output, or one for each of several classes. */
  readonly network: NetworkSpec;
  readonly data: LabData;
  readonly options: LabOptions;
}

export type Arrays = ReadonlyMap<string, Float32Array>;

/** Everything that training goes on from. */
export interface LabState {
  /** Rows seen so far. */
  readonly seen: number;
  /** Updates so far, and those by the optimiser as it is now. */
  readonly steps: number;
  readonly updates: number;
  readonly parameters: Arrays;
  readonly slots: Arrays;
}

/** One update before it is made: all its numbers, and whether all of them are finite. */
export interface LabStep {
  readonly rows: Int32Array;
  /** Mean loss of the rows, and the loss of each. */
  readonly loss: number;
  readonly losses: Float32Array;
  readonly gradients: Arrays;
  readonly finite: boolean;
  readonly after: LabState;
}
