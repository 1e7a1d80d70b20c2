import { Client } from 'pg';

/**
 * Moves the business clock forward (development and tests): windows, hold expiry and consent ages; leases and schedules stay on real
 * time.
 *
 * @param seconds added to the offset that all processes share.
 */
export async function advanceClock(databaseUrl: string, seconds: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('UPDATE clock SET offset_seconds = offset_seconds + $1', [Math.round(seconds)]);
  } finally {
    await client.end();
  }
}
