import { DataSource } from 'typeorm';
import type { Pool } from 'pg';
import { Db } from './db.js';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';

export interface DatabaseOptions {
  url: string;
  /** Connections this process may hold. */
  poolSize: number;
  applicationName: string;
  /** Milliseconds that a statement may take; 30 s when nothing is said, 0 for as long as it needs. */
  statementMs?: number;
}

/**
 * The TypeORM data source of one service. Nothing is synchronised and nothing is connected here; classes are listed, not globbed.
 */
export function dataSourceOf(options: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    synchronize: false,
    migrationsTableName: 'migrations',
    entities: ENTITIES,
    migrations: MIGRATIONS,
    poolSize: options.poolSize,
    applicationName: options.applicationName,
    // 10 s: a lost server answers callers with 503 soon; 15 s idle in transaction frees locks of a paused process.
    extra: {
      connectionTimeoutMillis: 10_000,
      idle_in_transaction_session_timeout: 15_000,
      statement_timeout: options.statementMs ?? 30_000,
      keepAlive: true,
    },
    // The pool replaces connections by itself; its errors are told by the statement that meets them.
    poolErrorHandler: () => undefined,
  });
}

/** The pg pool behind an initialised data source. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

/** The hot path's handle on an initialised data source. */
export function dbOf(dataSource: DataSource): Db {
  return new Db(poolOf(dataSource));
}
