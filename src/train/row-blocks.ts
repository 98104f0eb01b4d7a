/** Rows on a disk that are learned from, in blocks that are read one at a time. */
export interface RowBlocks {
  readonly file: string;
  /** Rows of each block; every block has room for `room`. */
  readonly rows: readonly number[];
  readonly room: number;
  /** Numbers of a row: float32 inputs, then what the loss compares with, an int32 where that is a class. */
  readonly width: number;
}
