import { MIGRATIONS } from '@skein/persistence';
import pg from 'pg';
import { bad, fine, messageOf, unseen, warn, withoutPasswords, type Finding } from './finding.js';
import type { Places } from './places.js';

/** A channel with what is stored of its credentials. */
export interface StoredChannel {
  id: string;
  kind: string;
  account: string;
  credentials: Buffer | null;
  pausedFor: string | null;
}

export interface DatabaseFindings {
  findings: Finding[];
  channels: StoredChannel[];
}

const CONNECT_MS = 4000;
const MAX_SKEW_S = 5;

const CHANNELS = `
  SELECT c.id, c.kind, c.account, c.credentials, r.pause_reason AS "pausedFor"
  FROM channels c LEFT JOIN channel_rates r ON r.channel_id = c.id AND r.paused_until > now()
  WHERE c.id = ANY($1) ORDER BY c.id`;

/** Looks at the database: does it answer, are its tables current, what does it hold of these channels. */
export async function checkDatabase(
  { databaseUrl }: Places,
  channelIds: readonly string[],
): Promise<DatabaseFindings> {
  if (databaseUrl === undefined) {
    const mend = 'Set DATABASE_URL to the address the services use.';
    return { findings: [unseen('postgres', 'tables cannot be seen from here', mend)], channels: [] };
  }
  const shown = withoutPasswords(databaseUrl);
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
    application_name: 'skein-doctor',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const findings = [fine('postgres', shown), await clock(client), await migrations(client)];
    if (findings.some(({ state }) => state === 'bad')) return { findings, channels: [] };
    const { rows } = await client.query<StoredChannel>(CHANNELS, [channelIds]);
    return { findings, channels: rows };
  } catch (error) {
    const mend = 'Start PostgreSQL, or correct DATABASE_URL.';
    return { findings: [bad('postgres', `${shown}: ${messageOf(error)}`, mend)], channels: [] };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function clock(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const skew = Math.abs((rows[0]?.now.getTime() ?? 0) - Date.now()) / 1000;
  if (skew <= MAX_SKEW_S) return fine('database clock', 'agrees with this machine');
  const detail = `is ${Math.round(skew)} s away from this machine`;
  return warn('database clock', detail, 'Synchronise the clocks (NTP): the database decides what is due.');
}

async function migrations(client: pg.Client): Promise<Finding> {
  const { rows } = await client
    .query<{ name: string }>('SELECT name FROM migrations')
    .catch((error: unknown) => {
      // 42P01: there is no such table: nothing was ever applied.
      if ((error as { code?: string }).code === '42P01') return { rows: [] };
      throw error;
    });
  const applied = new Set(rows.map(({ name }) => name));
  const wanted = MIGRATIONS.map((Migration) => Migration.name);
  const missing = wanted.filter((name) => !applied.has(name));
  if (missing.length > 0)
    return bad(
      'migrations',
      `not applied: ${missing.join(', ')}`,
      'npm start applies them; in production: node tools/dist/deploy.js prepare <folder>.',
    );
  const newer = [...applied].filter((name) => !wanted.includes(name));
  if (newer.length === 0) return fine('migrations', `all ${wanted.length} are applied`);
  return warn(
    'migrations',
    `the database is newer than this checkout: ${newer.join(', ')}`,
    'Update the checkout.',
  );
}
