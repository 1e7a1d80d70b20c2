import { eventually, type Stack } from '@skein/testing';
import { setTimeout as delay } from 'node:timers/promises';
import type { Persisted } from '../measure/target.js';
import { waitingWebhooks } from './quiet.js';

const MARK = `SELECT coalesce(max(seq), 0)::float8 AS seq FROM messages`;
const DONE = `
  SELECT count(*)::int AS count, (extract(epoch FROM max(status_at)) * 1000)::float8 AS at
  FROM messages WHERE seq > $1 AND direction = 'out' AND status = $2`;
const UNAPPLIED = `SELECT count(*)::int AS count FROM inbound_events WHERE applied_at IS NULL`;
const LAST_APPLIED = `SELECT (extract(epoch FROM max(applied_at)) * 1000)::float8 AS at FROM inbound_events`;
const WHERE_THEY_ARE = `
  SELECT status || coalesce(' ' || reason, '') AS status, count(*)::int AS count
  FROM messages WHERE seq > $1 AND direction = 'out' GROUP BY 1 ORDER BY 2 DESC`;

interface Tally extends Record<string, unknown> {
  count: number;
  at: number | null;
}

const POLL_MS = 500;
const STALL_MS = 60_000;
const RECEIPTS_PER_MESSAGE = 3;

/** Marks where the table ends before a run; what it returns waits until all statuses of the run are in the database. */
export async function watchStatuses(
  stack: Stack,
  hasReceipts: boolean,
  messages: number,
): Promise<() => Promise<Persisted>> {
  const { sql } = stack;
  const [mark] = await sql<{ seq: number }>(MARK);
  const status = hasReceipts ? 'read' : 'sent';
  const done = async () => (await sql<Tally>(DONE, [mark?.seq, status]))[0] ?? { count: 0, at: null };
  const fail = async (): Promise<never> => {
    const where = await sql<{ status: string; count: number }>(WHERE_THEY_ARE, [mark?.seq]);
    throw new Error(
      `statuses stand still: ${where.map(({ status, count }) => `${count} ${status}`).join(', ')}`,
    );
  };
  return async () => {
    const lastMove = await untilCount(done, messages, fail);
    if (!hasReceipts) return { statuses: messages, lastAt: lastMove };
    return {
      statuses: messages * RECEIPTS_PER_MESSAGE,
      lastAt: Math.max(lastMove, await lastReceipt(stack)),
    };
  };
}

/** A message may be read before the receipts that came late are in. @returns epoch ms of the last one. */
async function lastReceipt(stack: Stack): Promise<number> {
  const isOver = async () =>
    (await waitingWebhooks(stack)) === 0 && (await stack.sql<Tally>(UNAPPLIED))[0]?.count === 0;
  await eventually(isOver, { timeoutMs: STALL_MS, everyMs: POLL_MS });
  const [last] = await stack.sql<Tally>(LAST_APPLIED);
  return last?.at ?? 0;
}

/** @returns epoch ms of the last one. */
async function untilCount(
  read: () => Promise<Tally>,
  wanted: number,
  fail: () => Promise<never>,
): Promise<number> {
  let before = -1;
  let movedAt = Date.now();
  for (;;) {
    const { count, at } = await read();
    if (count >= wanted) return at ?? 0;
    if (count !== before) movedAt = Date.now();
    if (Date.now() - movedAt > STALL_MS) return fail();
    before = count;
    await delay(POLL_MS);
  }
}
