import pg from 'pg';

export type Row = Record<string, unknown>;

/** Runs one statement and returns its rows. */
export type Sql = <T extends Row = Row>(text: string, values?: unknown[]) => Promise<T[]>;

export interface Database {
  sql: Sql;
  close: () => Promise<void>;
}

/** A small pool on a database, for looking at what services wrote. Survives a restart of the server. */
export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 3, connectionTimeoutMillis: 5000 });
  pool.on('error', () => undefined);
  return {
    sql: async <T extends Row>(text: string, values?: unknown[]) => (await pool.query<T>(text, values)).rows,
    close: () => pool.end(),
  };
}
