import type { Author, ChannelKind, ChannelSettings, MessageStatus, Purpose } from '@skein/contracts';
import type { Sql } from '../db.js';

/** An entry of a thread as an agent reads it. */
export interface ThreadEntry {
  id: string;
  author: Author;
  purpose: Purpose;
  status: MessageStatus;
  text: string | null;
  content: Record<string, unknown>;
  at: Date;
}

/** Who the agent talks to, and where. */
export interface TurnPerson {
  contactId: string;
  name: string | null;
  kind: ChannelKind;
  settings: ChannelSettings;
  /** Where the message came from, and the platform's id of it. */
  address: string;
  providerMessageId: string | null;
}

/** What answering a turn needs from the database. */
export interface LoadedTurn {
  person: TurnPerson;
  /** How the agent is configured to answer; null when it is gone. */
  backend: Record<string, unknown> | null;
  /** What the turn answers, in order. */
  messages: ThreadEntry[];
  /**
   * What the agent was told and no turn has ended with yet: the newest {@link MAX_INSTRUCTIONS} within
   * {@link MAX_INSTRUCTION_BYTES}. What has a turn of its own is told in that one.
   */
  instructions: ThreadEntry[];
  /** Ids of those, and of older ones that are no longer handed over: the turn ends with them all. */
  told: string[];
  /** The thread up to and including what the turn answers, oldest first. */
  history: ThreadEntry[];
}

/** Instructions that a turn is given, and bytes of them in all; the newest one is given whatever its size. */
export const MAX_INSTRUCTIONS = 50;
export const MAX_INSTRUCTION_BYTES = 64 * 1024;
/** Instructions that one turn ends with. */
const MAX_TOLD = 1000;

const PEOPLE = `
  SELECT t.id, a.backend,
    jsonb_build_object('contactId', c.id, 'name', c.name, 'kind', ch.kind, 'address', l.address, 'settings', ch.settings,
      'providerMessageId', m.provider_message_id) AS person
  FROM turns t JOIN threads th ON th.id = t.thread_id JOIN contacts c ON c.id = th.contact_id
  JOIN channels ch ON ch.id = t.channel_id JOIN lanes l ON l.id = t.lane_id JOIN messages m ON m.id = t.message_id
  LEFT JOIN agents a ON a.workspace_id = t.workspace_id AND a.id = t.agent_id
  WHERE t.id = ANY ($1::uuid[])`;

/** An instruction that has yet to stand in the thread is none of the agent's business. */
const ENTRIES = `
  WITH asked AS (SELECT id, thread_id, message_id, seq FROM turns WHERE id = ANY ($1::uuid[])),
  answered AS (
    SELECT id, message_id, seq FROM asked
    UNION ALL SELECT merged_into, message_id, seq FROM turns WHERE merged_into = ANY ($1::uuid[])
  ), found AS (
    SELECT a.id AS turn, 'history' AS list, h.id, h.seq FROM asked a CROSS JOIN LATERAL (
      SELECT x.id, x.seq FROM messages x
      WHERE x.thread_id = a.thread_id AND x.seq <= a.seq
        AND (x.purpose <> 'instruction' OR x.status IN ('delivered', 'read'))
      ORDER BY x.seq DESC LIMIT $2
    ) AS h
    UNION ALL SELECT id, 'messages', message_id, seq FROM answered
    UNION ALL SELECT a.id, CASE WHEN n.place = 1 OR (n.place <= ${MAX_INSTRUCTIONS} AND n.bytes <= ${MAX_INSTRUCTION_BYTES})
      THEN 'instructions' ELSE 'older' END, n.id, n.seq
    FROM asked a CROSS JOIN LATERAL (
      SELECT i.id, i.seq, row_number() OVER newest AS place, sum(octet_length(coalesce(i.text, ''))) OVER newest AS bytes
      FROM messages i
      WHERE i.thread_id = a.thread_id AND i.purpose = 'instruction' AND i.status = 'delivered' AND NOT EXISTS (
        SELECT 1 FROM turns o WHERE o.message_id = i.id AND o.id <> a.id AND o.state IN ('pending', 'running')
      )
      WINDOW newest AS (ORDER BY i.seq DESC) ORDER BY i.seq DESC LIMIT ${MAX_TOLD}
    ) AS n
  )
  SELECT f.turn, f.list, m.id, m.author, m.purpose, m.status, CASE WHEN f.list <> 'older' THEN m.text END AS text,
    CASE WHEN f.list <> 'older' THEN m.content ELSE '{}' END AS content, m.created_at AS at
  FROM found f JOIN messages m ON m.id = f.id ORDER BY f.seq`;

interface EntryRow extends ThreadEntry, Record<string, unknown> {
  turn: string;
  list: 'history' | 'messages' | 'instructions' | 'older';
}

/**
 * Reads everything for these turns: two statements, however many they are. A turn whose thread or channel is gone is not in the
 * answer.
 *
 * @param limit entries of history for each turn, at most.
 */
export async function loadTurns(
  sql: Sql,
  turnIds: string[],
  limit: number,
): Promise<Map<string, LoadedTurn>> {
  if (turnIds.length === 0) return new Map();
  const [people, entries] = await Promise.all([
    sql.query<Pick<LoadedTurn, 'person' | 'backend'> & { id: string }>('turns-people', PEOPLE, [turnIds]),
    sql.query<EntryRow>('turns-entries', ENTRIES, [turnIds, limit]),
  ]);
  const turns = new Map<string, LoadedTurn>(
    people.map(({ id, ...who }) => [id, { ...who, messages: [], instructions: [], told: [], history: [] }]),
  );
  for (const { turn, list, ...entry } of entries) {
    const loaded = turns.get(turn);
    if (list === 'instructions' || list === 'older') loaded?.told.push(entry.id);
    if (list !== 'older') loaded?.[list].push(entry);
  }
  return turns;
}
