import type { Loss } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A message that was held until its person wrote, or opted out. */
export interface HeldMessage {
  id: string;
  workspace_id: string;
  lane_id: string;
  seq: string;
  thread_id: string | null;
  contact_id: string | null;
  idempotency_key: string | null;
  losses: Loss[] | null;
}

const RETURNING = `m.id, m.workspace_id, m.lane_id, m.seq, m.thread_id, m.contact_id, m.idempotency_key, m.losses`;

const RELEASE = `
  UPDATE messages m SET status = 'accepted', released_at = now(), status_at = now(), wake_at = now() + interval '5 seconds',
    hold_until = NULL, timeline = m.timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'released'))
  WHERE m.lane_id = ANY ($1::bigint[]) AND m.status = 'held' AND (m.hold_until IS NULL OR m.hold_until > skein_now())
    AND NOT EXISTS (
      SELECT 1 FROM campaigns k WHERE k.workspace_id = m.workspace_id AND k.id = m.campaign_id AND k.paused_at IS NOT NULL)
  RETURNING ${RETURNING}`;

/**
 * Gives held messages of lanes that are open again back to the router; those of a paused campaign wait for its resume.
 *
 * @returns them in the order of acceptance.
 */
export async function releaseHeld(sql: Sql, laneIds: string[]): Promise<HeldMessage[]> {
  return laneIds.length === 0
    ? []
    : inOrder(await sql.query<HeldMessage & Record<string, unknown>>('append-release', RELEASE, [laneIds]));
}

const BLOCK = `
  UPDATE messages m SET status = 'blocked', reason = 'opted_out', status_at = now(), wake_at = NULL,
    timeline = m.timeline || jsonb_build_array(
      jsonb_build_object('at', now(), 'step', 'blocked', 'detail', jsonb_build_object('reason', 'opted_out')))
  WHERE m.lane_id = ANY ($1::bigint[]) AND m.status = 'held'
  RETURNING ${RETURNING}`;

/** Ends held messages of people who opted out. */
export async function blockHeld(sql: Sql, laneIds: string[]): Promise<HeldMessage[]> {
  return laneIds.length === 0
    ? []
    : inOrder(await sql.query<HeldMessage & Record<string, unknown>>('append-block', BLOCK, [laneIds]));
}

function inOrder(messages: HeldMessage[]): HeldMessage[] {
  return messages.sort((a, b) => (BigInt(a.seq) < BigInt(b.seq) ? -1 : 1));
}
