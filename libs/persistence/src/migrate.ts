import { dataSourceOf } from './data-source.js';

/** Any number, the same for every migrator: only one runs at a time. */
const MIGRATOR_LOCK = 7_021_311;

/** Brings a database to the current schema. Safe to run from several processes at once. */
export async function migrate(databaseUrl: string): Promise<void> {
  // An index of a large table takes minutes, and so does waiting for who makes it.
  const source = dataSourceOf({
    url: databaseUrl,
    poolSize: 2,
    applicationName: 'skein-migrate',
    statementMs: 0,
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATOR_LOCK]);
    await source.runMigrations({ transaction: 'each' });
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATOR_LOCK]);
  } finally {
    await lock.release();
    await source.destroy();
  }
}
