/** DuckDB, and texts and names in its queries. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

let opened: Promise<DuckDBInstance> | undefined;

/**
 * One database for all files: it takes longer to open than a small file to read. It fetches nothing and remembers no file. With
 * more than one thread the rows of a query that is read while it runs come out of order now and then.
 */
function database(): Promise<DuckDBInstance> {
  opened ??= import('@duckdb/node-api').then(({ DuckDBInstance }) =>
    DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      enable_external_file_cache: 'false',
      threads: '1',
    }),
  );
  return opened;
}

/** A connection to the database that reads files; close it. */
export const openSql = async (): Promise<DuckDBConnection> => (await database()).connect();
