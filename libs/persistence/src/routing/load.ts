import type { ClientData, MessageContent, Origin, Purpose, SendCommand, Author } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A message that waits to be routed. */
export interface RoutableMessage {
  id: string;
  workspace_id: string;
  seq: string;
  status: 'accepted' | 'scheduled';
  author: Author;
  origin: Origin | null;
  purpose: Purpose;
  campaign_id: string | null;
  idempotency_key: string | null;
  command: SendCommand & { content: MessageContent; client?: ClientData };
  due_at: Date | null;
  /** When the platform, or the claim, found the window closed on it; business clock. Null for a message that never came back. */
  returned_at: Date | null;
  /** Channel and address that the answered message came from; null outside a turn. */
  turn_channel_id: string | null;
  /** The lane of the turn that sends it, whomever it is for; null outside a turn. */
  turn_lane_id: string | null;
  turn_address: string | null;
  /** What was said about its campaign and concerns it: not to be routed. */
  campaign_state: 'paused' | 'canceled' | null;
}

const COLUMNS = `m.id, m.workspace_id, m.seq, m.status, m.author, m.origin, m.purpose, m.campaign_id, m.idempotency_key, m.command,
  m.due_at, (SELECT max(c.settled_at) + (skein_now() - now()) FROM calls c
    WHERE c.message_id = m.id AND c.state = 'returned') AS returned_at,
  t.channel_id AS turn_channel_id, l.address AS turn_address,
  (SELECT s.lane_id FROM turns s WHERE s.id = m.turn_id) AS turn_lane_id,
  (SELECT CASE WHEN k.canceled_at >= m.created_at THEN 'canceled' WHEN k.paused_at IS NOT NULL THEN 'paused' END
    FROM campaigns k WHERE k.workspace_id = m.workspace_id AND k.id = m.campaign_id) AS campaign_state`;

/**
 * Look-ups are lateral with a limit: joined plainly, the planner takes the queue's partial index for nearly empty and scans all of it
 * for every row (125 ms a batch at 5,000 waiting messages; 4 ms like this).
 *
 * Also takes earlier messages to the same recipient key: their bells may still be on the way, and they must go first.
 */
const LOAD = `
  WITH asked AS (SELECT m.id, m.workspace_id, m.recipient_key, m.seq, m.status FROM unnest($1::uuid[]) AS i (id)
    CROSS JOIN LATERAL (SELECT * FROM messages x WHERE x.id = i.id LIMIT 1) m),
  ids AS (
    SELECT id FROM asked WHERE status IN ('accepted', 'scheduled')
    UNION
    SELECT e.id FROM asked a CROSS JOIN LATERAL (
      SELECT x.id FROM messages x
      WHERE x.workspace_id = a.workspace_id AND x.recipient_key = a.recipient_key AND x.seq < a.seq AND x.status = 'accepted'
      ORDER BY x.seq LIMIT 2000
    ) AS e
    WHERE a.status = 'accepted'
  )
  SELECT ${COLUMNS}
  FROM ids CROSS JOIN LATERAL (SELECT * FROM messages x WHERE x.id = ids.id LIMIT 1) AS m
  LEFT JOIN turns t ON t.id = m.turn_id AND t.channel_id = m.channel_id AND m.recipient_key = 'c:' || t.thread_id
  LEFT JOIN lanes l ON l.id = t.lane_id
  WHERE m.direction = 'out'
  ORDER BY m.seq
  LIMIT 2000`;

/** Reads the messages of a bell that still wait, with their elders, in order of acceptance. */
export function loadRoutable(sql: Sql, ids: string[]): Promise<RoutableMessage[]> {
  return sql.query<RoutableMessage>('routing-load', LOAD, [ids]);
}

/** Elders taken at once; when there are more, the newer messages must wait for the next round. */
export const ELDERS_LIMIT = 2000;

const ELDERS = `
  WITH people AS (
    SELECT contact_id, max(seq) AS seq FROM unnest($1::uuid[], $2::bigint[]) AS t (contact_id, seq) GROUP BY contact_id
  ), keys AS (
    SELECT i.workspace_id, 'a:' || i.kind || ':' || i.address AS key, p.seq FROM people p JOIN identities i USING (contact_id)
    UNION
    SELECT c.workspace_id, 'u:' || c.user_id, p.seq FROM people p JOIN contacts c ON c.id = p.contact_id WHERE c.user_id IS NOT NULL
    UNION
    SELECT t.workspace_id, k.prefix || t.id, p.seq FROM people p JOIN threads t USING (contact_id)
    CROSS JOIN (SELECT 'c:' UNION SELECT 'a:' || kind || ':' FROM unnest($4::text[]) AS n (kind)) AS k (prefix)
  )
  SELECT m.id FROM keys k
  CROSS JOIN LATERAL (
    SELECT x.id, x.seq FROM messages x
    WHERE x.workspace_id = k.workspace_id AND x.recipient_key = k.key AND x.seq < k.seq AND x.status = 'accepted'
    ORDER BY x.seq LIMIT 2000
  ) AS m
  WHERE m.id <> ALL ($3::uuid[])
  ORDER BY m.seq
  LIMIT ${ELDERS_LIMIT}`;

/**
 * Accepted messages to the same people that are older than what is being routed, whatever way they named the person. Call it
 * under the lanes' locks, so that nobody else is routing them.
 *
 * @param people contact and highest `seq` that is being routed for it.
 * @param loaded ids that are being routed already.
 * @param kinds channel kinds that occur.
 */
export async function findElders(
  sql: Sql,
  people: { contactId: string; seq: string }[],
  loaded: string[],
  kinds: string[],
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('routing-elders', ELDERS, [
    people.map((row) => row.contactId),
    people.map((row) => row.seq),
    loaded,
    kinds,
  ]);
  return rows.map((row) => row.id);
}
