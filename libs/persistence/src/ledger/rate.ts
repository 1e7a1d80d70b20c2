import type { Sql } from '../db.js';

/** Calls per second of one channel; null = unlimited, 0 = nothing may be sent now. */
export interface ChannelPace {
  channelId: string;
  perSecond: number | null;
}

/** What a claim may start on a channel right now. */
export interface Allowance {
  channelId: string;
  tokens: number;
  paused: boolean;
  /** Ms until a token is free; 0 when one is, or when the channel is unlimited. */
  nextInMs: number;
}

/**
 * How far ahead of the even pace a claim may run, in seconds: at 80/s a burst of 17. Any longer span holds the rate, so a provider's
 * bucket of one second never overflows.
 */
const BURST_S = 0.2;
/** Stands for no limit. */
const UNLIMITED = 1_000_000;

interface RateRow {
  channelId: string;
  paused: boolean;
  pausedMs: number;
  /** Seconds by which the next free slot lies ahead of now. */
  ahead: number;
}

/**
 * Locks the channels' rate rows (sorted; until the transaction ends, so replicas share the pace) and tells how many calls each may
 * start. Take them with {@link takeTokens} in the same transaction.
 */
export async function allowancesOf(sql: Sql, paces: ChannelPace[]): Promise<Map<string, Allowance>> {
  const ids = paces.map((pace) => pace.channelId).sort();
  const isFree = paces.every((pace) => pace.perSecond === null);
  let rows = await lockRates(sql, ids, isFree);
  if (rows.length < ids.length) {
    await sql.query(
      'rate-create',
      `INSERT INTO channel_rates (channel_id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`,
      [ids],
    );
    rows = await lockRates(sql, ids, isFree);
  }
  const pace = new Map(paces.map(({ channelId, perSecond }) => [channelId, perSecond]));
  return new Map(rows.map((row) => [row.channelId, allowance(row, pace.get(row.channelId) ?? null)]));
}

function lockRates(sql: Sql, ids: string[], isFree: boolean): Promise<RateRow[]> {
  return sql.query<RateRow & { [column: string]: unknown }>(
    isFree ? 'rate-read' : 'rate-lock',
    `SELECT channel_id AS "channelId", COALESCE(paused_until > clock_timestamp(), false) AS paused,
       GREATEST(0, COALESCE(extract(epoch FROM paused_until - clock_timestamp()) * 1000, 0))::float8 AS "pausedMs",
       GREATEST(0, extract(epoch FROM reserved_until - clock_timestamp()))::float8 AS ahead
     FROM channel_rates WHERE channel_id = ANY($1::text[]) ORDER BY channel_id ${isFree ? '' : 'FOR UPDATE'}`,
    [ids],
  );
}

function allowance(row: RateRow, perSecond: number | null): Allowance {
  const { channelId } = row;
  if (row.paused) return { channelId, tokens: 0, paused: true, nextInMs: row.pausedMs };
  if (perSecond === null) return { channelId, tokens: UNLIMITED, paused: false, nextInMs: 0 };
  if (perSecond <= 0) return { channelId, tokens: 0, paused: true, nextInMs: 30_000 };
  const room = BURST_S - row.ahead;
  const tokens = room < 0 ? 0 : Math.floor(room * perSecond) + 1;
  return { channelId, tokens, paused: false, nextInMs: room < 0 ? Math.ceil(-room * 1000) : 0 };
}

/** Moves the next free slot behind the calls really started. Unlimited channels reserve nothing. */
export async function takeTokens(sql: Sql, taken: { channelId: string; seconds: number }[]): Promise<void> {
  const used = taken
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => (a.channelId < b.channelId ? -1 : 1));
  if (used.length === 0) return;
  await sql.query(
    'rate-take',
    `UPDATE channel_rates r SET reserved_until = GREATEST(r.reserved_until, clock_timestamp()) + make_interval(secs => t.seconds)
     FROM unnest($1::text[], $2::float8[]) AS t (channel_id, seconds) WHERE r.channel_id = t.channel_id`,
    [used.map(({ channelId }) => channelId), used.map(({ seconds }) => seconds)],
  );
}
