import { messageIdFor, type InboundContent, type InboundEvent, type InboundMedia } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { LaneState } from '../routing/lanes.js';
import { withChoice } from './chosen.js';
import type { LockedEvent } from './events.js';
import type { People } from './people.js';
import { findTargetMessages } from './targets.js';

export type MessageFact = Extract<InboundEvent, { type: 'message' }>;

/** What a person said, as an entry of a thread. */
export interface Entry {
  id: string;
  event: LockedEvent & { fact: MessageFact };
  threadId: string;
  contactId: string;
  agentId: string;
  laneId: string;
  text: string | null;
  content: Record<string, unknown>;
}

export function isMessage(event: LockedEvent): event is LockedEvent & { fact: MessageFact } {
  return event.fact.type === 'message';
}

/** Makes the entries of the messages in a batch. An answer to a mail goes to the thread of that mail, for the same person only. */
export async function entriesOf(
  sql: Sql,
  events: LockedEvent[],
  people: People,
  lanes: Map<string, LaneState>,
): Promise<Entry[]> {
  const messages = events.filter(isMessage);
  const find = await findTargetMessages(
    sql,
    messages.flatMap(({ channel_id, fact }) =>
      (fact.replyTo ?? []).map((providerId) => ({ channelId: channel_id, providerId })),
    ),
  );
  return messages.flatMap((event) => {
    const who = people.get(event.id);
    if (who === undefined) return [];
    const targets = (event.fact.replyTo ?? []).map((providerId) => find(event.channel_id, providerId));
    const target = targets.find((found) => found?.contact_id === who.contactId);
    const content = withChoice(event.fact.content, lanes.get(who.laneId)?.choices ?? null);
    const answered = event.kind === 'email' ? target : undefined;
    return {
      id: messageIdFor(event.workspace_id, `inbound:${event.id}`),
      event,
      threadId: answered?.thread_id ?? who.threadId,
      contactId: who.contactId,
      agentId: answered?.agent_id ?? event.agent_id,
      laneId: who.laneId,
      text: textOf(event.fact.content),
      content: {
        ...shownContent(content),
        ...(target === undefined ? {} : { replyToMessageId: target.id }),
      },
    };
  });
}

/** What the thread shows as text: what was written or pressed, else a word for what was sent. */
export function textOf({ text, action, media, location }: InboundContent): string | null {
  if (text !== undefined && text !== '') return text;
  if (action !== undefined) return action.label ?? action.id;
  const file = media?.[0];
  if (file !== undefined) return `[${file.filename ?? file.media}]`;
  return location === undefined ? null : `[${location.name ?? 'location'}]`;
}

/** The provider's own reference to a file is for the channel alone. */
function shownContent(content: InboundContent): InboundContent {
  if (content.media === undefined) return content;
  const shown = ({ providerRef: _, ...media }: InboundMedia): InboundMedia => media;
  return { ...content, media: content.media.map(shown) };
}

const INSERT = `
  INSERT INTO messages (id, workspace_id, direction, author, status, agent_id, thread_id, contact_id, channel_id, lane_id, text,
    content, provider_message_id, timeline)
  SELECT id, workspace_id, 'in', 'user', 'delivered', agent_id, thread_id, contact_id, channel_id, lane_id, text, content,
    provider_message_id, jsonb_build_array(jsonb_build_object('at', now(), 'step', 'received'))
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[], $9::jsonb[],
    $10::text[]) WITH ORDINALITY AS t (id, workspace_id, agent_id, thread_id, contact_id, channel_id, lane_id, text, content,
    provider_message_id, ord)
  ORDER BY ord
  ON CONFLICT (id) DO NOTHING
  RETURNING id, seq`;

/** Inserts entries in order. @returns their places in the thread, by id. */
export async function insertEntries(sql: Sql, entries: Entry[]): Promise<Map<string, string>> {
  if (entries.length === 0) return new Map();
  const rows = await sql.query<{ id: string; seq: string }>('append-insert', INSERT, [
    entries.map((row) => row.id),
    entries.map((row) => row.event.workspace_id),
    entries.map((row) => row.agentId),
    entries.map((row) => row.threadId),
    entries.map((row) => row.contactId),
    entries.map((row) => row.event.channel_id),
    entries.map((row) => row.laneId),
    entries.map((row) => row.text),
    entries.map((row) => JSON.stringify(row.content)),
    entries.map((row) => row.event.fact.providerMessageId),
  ]);
  return new Map(rows.map((row) => [row.id, row.seq]));
}

const THREADS = `
  UPDATE threads t SET last_channel_id = n.channel_id, last_message_at = greatest(t.last_message_at, now()),
    last_inbound_at = greatest(t.last_inbound_at, n.at)
  FROM (
    SELECT DISTINCT ON (thread_id) thread_id, channel_id, at
    FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS u (thread_id, channel_id, at, ord)
    ORDER BY thread_id, ord DESC
  ) AS n WHERE t.id = n.thread_id`;

const IDENTITIES = `
  UPDATE identities i SET last_inbound_at = greatest(i.last_inbound_at, n.at)
  FROM (
    SELECT workspace_id, kind, address, max(at) AS at
    FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS u (workspace_id, kind, address, at) GROUP BY 1, 2, 3
  ) AS n WHERE (i.workspace_id, i.kind, i.address) = (n.workspace_id, n.kind, n.address)`;

/** Notes on threads and addresses that the person wrote: the address that wrote last is the one to answer. */
export async function noteActivity(sql: Sql, entries: Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const at = entries.map(({ event }) => event.received_at);
  await sql.query('append-threads', THREADS, [
    entries.map((row) => row.threadId),
    entries.map(({ event }) => event.channel_id),
    at,
  ]);
  await sql.query('append-identities', IDENTITIES, [
    entries.map(({ event }) => event.workspace_id),
    entries.map(({ event }) => event.kind),
    entries.map(({ event }) => event.fact.address),
    at,
  ]);
}
