/** 0 … n−1. */
export const everyRow = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);
