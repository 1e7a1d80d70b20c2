import { eventually, type Stack } from '@skein/testing';

const TOP = `
  SELECT calls::int, rows::int, total_exec_time AS ms, shared_blks_dirtied::int AS dirtied,
    regexp_replace(query, '\\s+', ' ', 'g') AS query
  FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%' ORDER BY total_exec_time DESC LIMIT 20`;
const LINE = 150;

interface Statement extends Record<string, unknown> {
  calls: number;
  rows: number;
  ms: number;
  dirtied: number;
  query: string;
}

/** Makes PostgreSQL count its statements; it is restarted for that, and services reconnect. */
export async function countStatements({ sql, postgres, api }: Stack): Promise<void> {
  await sql(`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`);
  await postgres.restart();
  await eventually(() => sql('CREATE EXTENSION IF NOT EXISTS pg_stat_statements'), { timeoutMs: 20_000 });
  const isReady = async () => (await api('GET', '/health/ready')).status === 200;
  await eventually(isReady, { timeoutMs: 30_000 });
}

export async function resetStatements({ sql }: Stack): Promise<void> {
  await sql('SELECT pg_stat_statements_reset()');
}

/** Prints the statements that took most time since the reset. */
export async function printStatements({ sql }: Stack): Promise<void> {
  console.log('\nPostgreSQL: total ms, calls, ms a call, rows a call, blocks dirtied a call, statement');
  for (const { ms, calls, rows, dirtied, query } of await sql<Statement>(TOP)) {
    const numbers = [
      ms.toFixed(0),
      calls,
      (ms / calls).toFixed(2),
      (rows / calls).toFixed(1),
      (dirtied / calls).toFixed(1),
    ];
    console.log(`  ${numbers.map((text) => String(text).padStart(8)).join(' ')}  ${query.slice(0, LINE)}`);
  }
}
