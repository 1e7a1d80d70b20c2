import type { ChannelKind } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { TurnTry } from './accept-in-turn.js';
import type { ClaimedTurn } from './claim.js';

const TOLD = `UPDATE turns SET told = $3::uuid[] WHERE id = $1 AND token = $2 AND state = 'running'`;

/** Notes the instructions that an agent is given, so that they are done with whoever takes its answer. */
export async function noteTold(
  sql: Sql,
  turn: Pick<ClaimedTurn, 'id' | 'token'>,
  instructions: string[],
): Promise<void> {
  await sql.query('turns-told', TOLD, [turn.id, turn.token, instructions]);
}

const LATER = `
  WITH put_off AS (
    UPDATE turns SET lease_until = now() + make_interval(secs => $3::float8), wake_at = now() + make_interval(secs => $3::float8)
    WHERE id = $1 AND token = $2 AND state = 'running' RETURNING message_id, lease_until
  )
  UPDATE messages m SET timeline = m.timeline || jsonb_build_array(jsonb_build_object(
    'at', now(), 'step', 'turn_later', 'detail', jsonb_build_object('turnId', $1::text, 'until', p.lease_until)))
  FROM put_off p WHERE m.id = p.message_id RETURNING m.id`;

/**
 * Leaves a turn to an agent that answers later: it stays this try's for `seconds`, without a heartbeat. After that it is tried again.
 *
 * @returns false when somebody else has the turn, or it was answered already.
 */
export async function putOffTurn(
  sql: Sql,
  turn: Pick<ClaimedTurn, 'id' | 'token'>,
  seconds: number,
): Promise<boolean> {
  const rows = await sql.query('turns-later', LATER, [turn.id, turn.token, seconds]);
  return rows.length === 1;
}

/** A try of a turn that still runs. */
export interface RunningTry extends ClaimedTurn {
  kind: ChannelKind;
  /** Ids of the instructions that the agent was given. */
  told: string[];
}

const RUNNING = `
  SELECT t.id, t.workspace_id AS "workspaceId", t.thread_id AS "threadId", t.agent_id AS "agentId", t.channel_id AS "channelId",
    t.message_id AS "messageId", t.token, t.attempt, ch.kind, t.told
  FROM turns t JOIN channels ch ON ch.id = t.channel_id
  WHERE t.workspace_id = $1 AND t.id = $2 AND t.token = $3 AND t.state = 'running' AND t.lease_until > now()`;

/** The try, if it has neither ended nor run out of time. */
export async function findRunningTry(
  sql: Sql,
  workspaceId: string,
  { turnId, fence }: TurnTry,
): Promise<RunningTry | undefined> {
  const values = [workspaceId, turnId, fence];
  return (await sql.query<RunningTry & Record<string, unknown>>('turns-running-try', RUNNING, values))[0];
}
