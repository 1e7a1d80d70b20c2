import { AGENT_LIMITS, BURST_RULE, type BurstRule } from '@skein/contracts';
import type { Db, Sql } from '../db.js';
import { decideBurst, type OpenTurn } from './burst.js';

/** A turn that this process runs, until its token is no longer the turn's. */
export interface ClaimedTurn {
  id: string;
  workspaceId: string;
  threadId: string;
  agentId: string;
  channelId: string;
  messageId: string;
  token: string;
  /** 1 on the first try; a try that was never heard of again counts. */
  attempt: number;
}

/** What came of a claim. */
export interface Claim {
  claimed: ClaimedTurn[];
  /** Threads with a turn that is due and waits: for what was released to be routed, or for somebody who has the thread locked. */
  behind: string[];
  /** Threads whose person may still be writing, with the ms until their burst is over. */
  writing: { threadId: string; waitMs: number }[];
  /** Threads whose turn is due, and whose agent has as many as it may here. */
  full: { threadId: string; agent: string }[];
}

/** What this process has room for. */
export interface TurnRoom {
  /** Turns that could run beside those that do. */
  readonly free: number;
  /** Turns that run, by {@link agentKey}. An agent is given no more while it has as many as are free. */
  readonly running: ReadonlyMap<string, number>;
}

/** An agent among those of all workspaces. */
export function agentKey({ workspaceId, agentId }: { workspaceId: string; agentId: string }): string {
  return `${workspaceId} ${agentId}`;
}

/**
 * Two services that are rung for one thread must see the same turns: one of them gets the lock, the other one looks again. Nobody
 * waits for it, so a process that is stopped in the middle of a claim keeps only the threads of that claim from the others, and
 * those until the database ends its transaction.
 */
const LOCK = `SELECT id FROM threads WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`;

/**
 * The first open turn of each thread; where bursts are gathered, as many as one may have and one to see where it ends. What was held
 * for a person is routed before a turn can answer.
 */
const OPEN = `
  SELECT t.id, t.thread_id AS "threadId", t.workspace_id AS "workspaceId", t.agent_id AS "agentId", t.channel_id || ' ' || t.lane_id AS place, t.attempt,
    extract(epoch FROM t.created_at)::float8 * 1000 AS at, extract(epoch FROM now())::float8 * 1000 AS now,
    m.direction = 'in' AS "isPersons", a.turns AS rule,
    (t.lease_until IS NULL OR t.lease_until <= now()) AND NOT EXISTS (
      SELECT 1 FROM turns r WHERE r.thread_id = t.thread_id AND r.id <> t.id AND r.state = 'running' AND r.lease_until > now()
    ) AS "isDue",
    EXISTS (SELECT 1 FROM messages r WHERE r.thread_id = t.thread_id AND r.status = 'accepted' AND r.released_at IS NOT NULL)
      AS "isBehind"
  FROM threads th
  LEFT JOIN agents a ON a.workspace_id = th.workspace_id AND a.id = th.agent_id
  CROSS JOIN LATERAL (
    SELECT * FROM turns x WHERE x.thread_id = th.id AND x.state IN ('pending', 'running') ORDER BY x.seq
    LIMIT CASE WHEN (a.turns->>'debounceMs')::int > 0 THEN ${AGENT_LIMITS.maxBatch + 1} ELSE 1 END
  ) AS t
  JOIN messages m ON m.id = t.message_id
  WHERE th.id = ANY ($1::uuid[])
  ORDER BY t.thread_id, t.seq`;

interface OpenRow extends OpenTurn, Record<string, unknown> {
  threadId: string;
  workspaceId: string;
  agentId: string;
  now: number;
  /** Its pause is over or its lease has ended, and no other turn of the thread runs. */
  isDue: boolean;
  isBehind: boolean;
  rule: Partial<BurstRule> | null;
}

/**
 * Whoever has the turn may still end it, or show a sign of life, up to the last moment. One that stands still while it ends its turn
 * keeps that one from us and no other.
 */
const CLAIM = `
  WITH mine AS (
    SELECT id FROM turns
    WHERE id = ANY ($1::uuid[]) AND state IN ('pending', 'running') AND (lease_until IS NULL OR lease_until <= now())
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE turns t SET state = 'running', attempt = t.attempt + 1, token = gen_random_uuid(),
      lease_until = now() + make_interval(secs => $2::float8 / 1000), wake_at = now() + make_interval(secs => $2::float8 / 1000),
      started_at = coalesce(t.started_at, now())
    FROM mine WHERE t.id = mine.id
    RETURNING t.id, t.workspace_id, t.thread_id, t.agent_id, t.channel_id, t.message_id, t.token, t.attempt
  ), noted AS (
    UPDATE messages m SET timeline = m.timeline || jsonb_build_array(
      jsonb_build_object('at', now(), 'step', 'turn', 'detail', jsonb_build_object('turnId', c.id, 'attempt', c.attempt)))
    FROM claimed c WHERE m.id = c.message_id
  )
  SELECT id, workspace_id AS "workspaceId", thread_id AS "threadId", agent_id AS "agentId", channel_id AS "channelId",
    message_id AS "messageId", token, attempt FROM claimed`;

/** The earlier turns of a burst end in the last one; whoever tries that again answers for them too. */
const MERGE = `
  WITH merged AS (
    UPDATE turns t SET state = 'merged', merged_into = b.into_id, ended_at = now(), wake_at = NULL, lease_until = NULL
    FROM unnest($1::uuid[], $2::uuid[]) AS b (id, into_id) WHERE t.id = b.id
    RETURNING t.message_id, b.into_id
  )
  UPDATE messages m SET timeline = m.timeline || jsonb_build_array(
    jsonb_build_object('at', now(), 'step', 'turn_merged', 'detail', jsonb_build_object('turnId', g.into_id)))
  FROM merged g WHERE m.id = g.message_id`;

/**
 * Claims the next turn of each thread, where there is one to run. Where the agent gathers bursts, the turn takes the waiting
 * messages with it.
 *
 * @param leaseMs how long the claim holds without a heartbeat.
 * @param room what may be claimed at most; without it, everything.
 */
export function claimTurns(db: Db, threadIds: string[], leaseMs: number, room?: TurnRoom): Promise<Claim> {
  return db.transaction(async (sql) => {
    const locked = (await sql.query<{ id: string }>('turns-lock', LOCK, [threadIds])).map(({ id }) => id);
    const open = locked.length === 0 ? [] : await sql.query<OpenRow>('turns-open', OPEN, [locked]);
    const decided = decide(open, room);
    const taken = new Set(locked);
    const behind = [...decided.behind, ...threadIds.filter((id) => !taken.has(id))];
    const { writing, full } = decided;
    return { claimed: await write(sql, decided.bursts, leaseMs), behind, writing, full };
  });
}

interface Decided extends Omit<Claim, 'claimed'> {
  bursts: OpenTurn[][];
}

function decide(rows: OpenRow[], room: TurnRoom | undefined): Decided {
  const decided: Decided = { bursts: [], behind: [], writing: [], full: [] };
  const running = new Map(room?.running);
  const of = (row: OpenRow): number => running.get(agentKey(row)) ?? 0;
  let free = room?.free ?? Infinity;
  for (const [threadId, open] of byThread(rows)) {
    const [first] = open as [OpenRow];
    if (!first.isDue) continue;
    const burst = decideBurst(open, { ...BURST_RULE, ...first.rule }, first.now);
    if ('waitMs' in burst) decided.writing.push({ threadId, waitMs: burst.waitMs });
    else if (first.isBehind) decided.behind.push(threadId);
    else if (of(first) >= free) decided.full.push({ threadId, agent: agentKey(first) });
    else {
      running.set(agentKey(first), of(first) + 1);
      free -= 1;
      decided.bursts.push(burst.take);
    }
  }
  return decided;
}

function byThread(rows: OpenRow[]): Map<string, OpenRow[]> {
  const threads = new Map<string, OpenRow[]>();
  for (const row of rows) {
    const open = threads.get(row.threadId);
    if (open === undefined) threads.set(row.threadId, [row]);
    else open.push(row);
  }
  return threads;
}

async function write(sql: Sql, bursts: OpenTurn[][], leaseMs: number): Promise<ClaimedTurn[]> {
  if (bursts.length === 0) return [];
  const ids = bursts.map((burst) => burst.at(-1)?.id);
  const claimed = await sql.query<ClaimedTurn & Record<string, unknown>>('turns-claim', CLAIM, [
    ids,
    leaseMs,
  ]);
  const mine = new Set(claimed.map(({ id }) => id));
  const merged = bursts.flatMap((burst) => {
    const into = burst.at(-1)?.id ?? '';
    return mine.has(into) ? burst.slice(0, -1).map(({ id }) => ({ id, into })) : [];
  });
  if (merged.length > 0)
    await sql.query('turns-merge', MERGE, [merged.map(({ id }) => id), merged.map(({ into }) => into)]);
  return claimed;
}
