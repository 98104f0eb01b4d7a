/** 0 … n−1. */
export const everyRow = (rows: number): Int32Array<ArrayBuffer> => new Int32Array(rows).map((_, row) => row);
