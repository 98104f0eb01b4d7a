/**
 * A table of any length with a rule to learn, as CSV or Parquet by the ending: 14 numbers, 5 words, a yes or no that follows from some
 * of them nine times in ten. Ten million rows of CSV are 2 GB. Usage: node bench/stream/generate.mjs FILE ROWS
 */
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const numbers = Array.from({ length: 14 }, (_, k) => `x${k + 1}`);
const words = Array.from({ length: 5 }, (_, k) => `w${k + 1}`);
const uniform = (/** @type {number} */ k) => `((hash(i * 32 + ${k}) % 1000003) / 1000003.0)`;

/** Writes the file. */
export async function generate(file, rows) {
  const connection = await (await DuckDBInstance.create(':memory:', { memory_limit: '512MB' })).connect();
  await connection.run('SET preserve_insertion_order = false');
  const cells = [
    ...numbers.map((name, k) => `round(${k + 1} * (2 * ${uniform(k)} - 1), 8) AS ${name}`),
    ...words.map((name, k) => `'level ' || (hash(i * 32 + ${20 + k}) % ${4 + 3 * k}) AS ${name}`),
  ];
  const score = `x1 + x2 * x3 / 3 + x4 / 4 + (w1 = 'level 1')::INT - (w2 = 'level 2')::INT`;
  const label = `CASE WHEN (${score} > 0) = (${uniform(31)} < 0.9) THEN 'yes' ELSE 'no' END AS answer`;
  const form = file.endsWith('.parquet') ? 'FORMAT parquet' : 'FORMAT csv, HEADER';
  await connection.run(
    `COPY (SELECT * EXCLUDE (i), ${label} FROM (SELECT i, ${cells.join(', ')} FROM range(${rows}) r(i))) TO '${file.replaceAll("'", "''")}' (${form})`,
  );
  connection.closeSync();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [file, rows] = process.argv.slice(2);
  await generate(file, Number(rows));
}
