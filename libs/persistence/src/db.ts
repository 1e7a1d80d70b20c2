import type { Pool, PoolClient, QueryResultRow } from 'pg';

/** Anything that can run a named statement: the pool, or one transaction. */
export interface Sql {
  /**
   * Runs one prepared statement.
   *
   * @param name unique per statement text; pg keeps a plan per name and connection.
   */
  query<Row extends QueryResultRow>(name: string, text: string, values?: unknown[]): Promise<Row[]>;
}

/** Serialization and deadlock failures: the transaction did nothing and can simply run again. */
const RETRYABLE = new Set(['40001', '40P01']);
const ATTEMPTS = 5;

/** The hot path's access to Postgres: named statements on TypeORM's own pool. */
export class Db implements Sql {
  constructor(private readonly pool: Pool) {}

  async query<Row extends QueryResultRow>(
    name: string,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const result = await this.pool.query<Row>({ name, text, values });
    return result.rows;
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED) and repeats it when Postgres resolved a deadlock against it. `work` must
   * have no effect outside the database.
   */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt >= ATTEMPTS || !RETRYABLE.has(codeOf(error))) throw error;
      }
    }
  }

  private async once<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    // A connection that died (server gone) must not return to the pool.
    let broken: Error | undefined;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      await client.query('BEGIN');
      const result = await work(statementsOf(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((gone: Error) => void (broken = gone));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

function statementsOf(client: PoolClient): Sql {
  return {
    query: async <Row extends QueryResultRow>(name: string, text: string, values: unknown[] = []) =>
      (await client.query<Row>({ name, text, values })).rows,
  };
}

/** SQLSTATE or system code of a thrown error; empty when it has none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
